"""Rules 6 to 11 on one event: its band segments, what they cost, and the event's amount."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.amounts import bounded, rounded
from tests.oracle.bands import Stretch
from tests.oracle.bundles import Instance
from tests.oracle.covering import cover
from tests.oracle.reference import Tariff
from tests.oracle.segments import BandSegment
from tests.oracle.steps import BeyondLastStep, Portion, portions, segment_end
from tests.oracle.tariffs import Choice

# worst first: an event that suffers from several is suspended for the first of these
PRECEDENCE = ("no_tariff", "ambiguous_tariff", "currency_mismatch", "beyond_last_step")


class Unpriced(Exception):
    """The event cannot be priced; the message is the reason of its suspension."""


@dataclass(frozen=True)
class Segment:
    """One row of usage_charge_segments; signed like the event."""

    segment_no: int
    band: str | None
    step_no: int | None
    bundle_id: str | None
    units: Fraction
    billed_units: Fraction
    amount: Fraction


@dataclass(frozen=True)
class Price:
    """What an event costs: fee and segments as billed, and the amount after minimum and maximum."""

    tariff: Tariff
    zone: str | None
    connection_fee: Fraction
    amount: Fraction
    bundle_units: Fraction
    billable_units: Fraction
    segments: tuple[Segment, ...]


def band_segments(
    stretches: Sequence[Stretch], total: Fraction, choose: Callable[[str | None], Choice]
) -> list[BandSegment]:
    """Walk over the bands of an event of `total` units, never cutting an increment in two."""
    found: list[BandSegment] = []
    position = Fraction(0)
    while position < total or not found:
        current = [stretch for stretch in stretches if stretch.offset <= position][-1]
        borders = [stretch.offset for stretch in stretches if stretch.offset > position]
        choice = choose(current.band)
        if not borders or borders[0] >= total:
            end = total
        elif choice.tariff is None:
            end = borders[0]
        else:
            end = segment_end(choice.tariff, position, borders[0], total)
        found.append(BandSegment(position, end, current.band, choice))
        position = end
    return found


def price(
    segments: Sequence[BandSegment],
    sign: int,
    minor_digits: int,
    running: dict[str, Fraction],
    instances: Callable[[], Sequence[Instance]],
    reasons: Iterable[str] = (),
) -> Price:
    """Charge the segments of one event. Raises Unpriced with the first reason by precedence.

    `sign` is -1 for a refund: everything is computed on magnitudes and then negated. `running` has
    the units by tariff that the subscription's cycle had before the event; the event adds its own,
    unless it is a refund or lacks more than a step. `instances` gives the bundles that it may use,
    unless it lacks more than a step. `reasons` are known before.
    """
    found_reasons = {*reasons, *(segment.choice.reason for segment in segments)}
    may_use = segments[-1].end > 0 and not found_reasons & set(PRECEDENCE)
    coverage = cover(segments, instances() if may_use else (), is_refund=sign < 0)
    try:
        charged = step_portions(coverage.left, running, is_counted=may_use and sign > 0)
    except BeyondLastStep:
        found_reasons.add("beyond_last_step")
    for reason in PRECEDENCE:
        if reason in found_reasons:
            raise Unpriced(reason)

    first, zone = segments[0].choice.tariff, segments[0].choice.zone
    assert first is not None
    nothing = Fraction(0)
    if segments[-1].end == 0:
        return Price(first, zone, nothing, nothing, nothing, nothing, ())
    scale = minor_digits if first.rounding_scale is None else first.rounding_scale
    fee = nothing if coverage.waives_fee else first.connection_fee
    owed = billed = fee
    rows = [
        (part.band, None, part.bundle_id, part.units, part.taken, nothing)
        for part in coverage.covered
    ]
    for band, portion in charged:
        owed += portion.cost
        now = rounded(owed, scale, first.rounding_mode)
        rows.append(
            (band, portion.step_no, None, portion.units, portion.billed_units, now - billed)
        )
        billed = now
    return Price(
        first,
        zone,
        sign * fee,
        sign * bounded(rounded(owed, scale, first.rounding_mode), first, bool(coverage.left_units)),
        sign * sum((part.taken for part in coverage.covered), nothing),
        sign * sum((portion.units for _, portion in charged), nothing),
        tuple(
            Segment(number, band, step, bundle, sign * units, sign * billed_units, sign * amount)
            for number, (band, step, bundle, units, billed_units, amount) in enumerate(rows, 1)
        ),
    )


def step_portions(
    segments: Sequence[BandSegment], running: dict[str, Fraction], *, is_counted: bool
) -> list[tuple[str | None, Portion]]:
    """What the steps charge for an event, by band. Raises BeyondLastStep."""
    chosen = {
        segment.choice.tariff.tariff_id: segment.choice.tariff
        for segment in segments
        if segment.choice.tariff
    }
    by_cycle = [tariff for tariff in chosen.values() if tariff.tier_scope == "period"]
    before = dict(running)
    if is_counted:
        for tariff in by_cycle:
            running[tariff.tariff_id] = before.get(tariff.tariff_id, Fraction(0)) + units_of(
                segments, tariff
            )
    entered = {
        (tariff.tariff_id, step.step_no)
        for tariff in by_cycle
        for step in tariff.steps
        if before.get(tariff.tariff_id, 0) > step.lo
    }
    found = []
    for position, segment in enumerate(segments):
        tariff_here = segment.choice.tariff
        if tariff_here is None:
            continue
        start, total = offsets(segments, position, before)
        end = start + segment.end - segment.start
        found += [
            (segment.band, portion) for portion in portions(tariff_here, start, end, total, entered)
        ]
    return found


def offsets(
    segments: Sequence[BandSegment], position: int, running: dict[str, Fraction]
) -> tuple[Fraction, Fraction]:
    """Where a segment begins on its tariff's steps, and the total that `volume` goes by."""
    segment, tariff = segments[position], segments[position].choice.tariff
    assert tariff is not None
    if tariff.tier_scope != "period":
        return segment.start, segments[-1].end
    before = running.get(tariff.tariff_id, Fraction(0))
    return (
        before + units_of(segments[:position], tariff),
        before + units_of(segments, tariff),
    )


def units_of(segments: Sequence[BandSegment], tariff: Tariff) -> Fraction:
    """The units of an event's segments that a tariff prices."""
    return sum(
        (
            segment.end - segment.start
            for segment in segments
            if segment.choice.tariff and segment.choice.tariff.tariff_id == tariff.tariff_id
        ),
        Fraction(0),
    )
