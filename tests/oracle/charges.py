"""Rules 9 to 11 on one event: what its segments cost, and the event's amount."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.amounts import bounded, rounded
from tests.oracle.covering import Coverage
from tests.oracle.exactness import is_exact
from tests.oracle.reference_rows import Tariff
from tests.oracle.segments import BandSegment, tariffs_of, units_under
from tests.oracle.steps import BeyondLastStep, Portion, portions

NOTHING = Fraction(0)


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


@dataclass(frozen=True)
class Standing:
    """Units by tariff of the subscription's cycle: those before an event, and those of all."""

    before: Mapping[str, Fraction]
    whole: Mapping[str, Fraction]


def price(coverage: Coverage, sign: int, minor_digits: int, standing: Standing) -> Price:
    """Charge what bundles leave of an event. Raises Unpriced.

    `sign` is -1 for a refund: everything is computed on magnitudes and then negated.
    """
    first, zone = coverage.left[0].choice.tariff, coverage.left[0].choice.zone
    assert first is not None
    if not coverage.covered and not coverage.left_units:
        return Price(first, zone, NOTHING, NOTHING, NOTHING, NOTHING, ())
    try:
        charged = step_portions(coverage.left, standing)
    except BeyondLastStep:
        raise Unpriced("beyond_last_step") from None
    scale = minor_digits if first.rounding_scale is None else first.rounding_scale
    fee = NOTHING if coverage.waives_fee else first.connection_fee
    owed = billed = fee
    rows: list[tuple[str | None, int | None, str | None, Fraction, Fraction, Fraction]] = [
        (part.band, None, part.bundle_id, part.units, part.taken, NOTHING)
        for part in coverage.covered
    ]
    for band, portion in charged:
        owed += portion.cost
        now = rounded(owed, scale, first.rounding_mode)
        rows.append(
            (band, portion.step_no, None, portion.units, portion.billed_units, now - billed)
        )
        billed = now
    whole = rounded(owed, scale, first.rounding_mode)
    if not is_exact(owed, whole, tariffs_of(coverage.left), scale):
        raise Unpriced("amount_out_of_range")
    return Price(
        first,
        zone,
        sign * fee,
        sign * bounded(whole, first, bool(coverage.left_units)),
        sign * sum((part.taken for part in coverage.covered), NOTHING),
        sign * sum((portion.units for _, portion in charged), NOTHING),
        tuple(
            Segment(number, band, step, bundle, sign * units, sign * billed_units, sign * amount)
            for number, (band, step, bundle, units, billed_units, amount) in enumerate(rows, 1)
        ),
    )


def step_portions(
    segments: Sequence[BandSegment], standing: Standing
) -> list[tuple[str | None, Portion]]:
    """What the steps charge for an event, by band. Raises BeyondLastStep."""
    paid = {
        (tariff.tariff_id, step.step_no)
        for tariff in tariffs_of(segments)
        for step in tariff.steps
        if has_paid(tariff, step.lo, standing)
    }
    found = []
    for position, segment in enumerate(segments):
        tariff = segment.choice.tariff
        assert tariff is not None
        start, total = offsets(segments, position, standing)
        end = start + segment.end - segment.start
        found += [(segment.band, portion) for portion in portions(tariff, start, end, total, paid)]
    return found


def has_paid(tariff: Tariff, lo: Fraction, standing: Standing) -> bool:
    """Whether the cycle has paid the flat fee of the step from `lo` on before the event.

    With `volume` all units of a cycle are in one step, which its first units enter.
    """
    before = standing.before.get(tariff.tariff_id, NOTHING)
    entered_at = NOTHING if tariff.tier_mode == "volume" else lo
    return tariff.tier_scope == "period" and before > entered_at


def offsets(
    segments: Sequence[BandSegment], position: int, standing: Standing
) -> tuple[Fraction, Fraction]:
    """Where a segment begins on its tariff's steps, and the total that `volume` goes by.

    Over a cycle that total is the cycle's; of a refund in a cycle without units, its own.
    """
    segment, tariff = segments[position], segments[position].choice.tariff
    assert tariff is not None
    if tariff.tier_scope != "period":
        return segment.start, segments[-1].end
    before = standing.before.get(tariff.tariff_id, NOTHING)
    whole = standing.whole.get(tariff.tariff_id, NOTHING)
    return (
        before + units_under(segments[:position], tariff),
        whole or units_under(segments, tariff),
    )
