"""Rules 6 to 11 on one event: its band segments, what they cost, and the event's amount."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.amounts import bounded, rounded
from tests.oracle.bands import Stretch
from tests.oracle.reference import Tariff
from tests.oracle.steps import BeyondLastStep, portions, segment_end
from tests.oracle.tariffs import Choice

# worst first: an event that suffers from several is suspended for the first of these
PRECEDENCE = ("no_tariff", "ambiguous_tariff", "period_scope_not_rated", "beyond_last_step")


class Unpriced(Exception):
    """The event cannot be priced; the message is the reason of its suspension."""


@dataclass(frozen=True)
class BandSegment:
    """The units [start, end) of an event, all in one band and under one tariff."""

    start: Fraction
    end: Fraction
    band: str | None
    choice: Choice


@dataclass(frozen=True)
class Segment:
    """One row of usage_charge_segments; signed like the event."""

    segment_no: int
    band: str | None
    step_no: int
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


def price(segments: Sequence[BandSegment], sign: int, minor_digits: int) -> Price:
    """Charge the segments of one event. Raises Unpriced with the first reason by precedence.

    `sign` is -1 for a refund: everything is computed on magnitudes and then negated.
    """
    reasons = {segment.choice.reason for segment in segments}
    chosen = [segment.choice.tariff for segment in segments if segment.choice.tariff]
    if any(tariff.tier_scope == "period" for tariff in chosen):
        reasons.add("period_scope_not_rated")
    total = segments[-1].end
    entered: set[tuple[str, int]] = set()
    charged = []
    for segment in segments:
        if segment.choice.tariff is None:
            continue
        try:
            found = portions(segment.choice.tariff, segment.start, segment.end, total, entered)
        except BeyondLastStep:
            reasons.add("beyond_last_step")
            continue
        charged += [(segment.band, portion) for portion in found]
    for reason in PRECEDENCE:
        if reason in reasons:
            raise Unpriced(reason)

    first = chosen[0]
    zone = segments[0].choice.zone
    if total == 0:
        return Price(first, zone, Fraction(0), Fraction(0), ())
    scale = minor_digits if first.rounding_scale is None else first.rounding_scale
    running, billed = first.connection_fee, first.connection_fee
    rows = []
    for number, (band, portion) in enumerate(charged, start=1):
        running += portion.cost
        now = rounded(running, scale, first.rounding_mode)
        rows.append(
            Segment(
                number, band, portion.step_no, sign * portion.units, sign * portion.billed_units,
                sign * (now - billed),
            )
        )  # fmt: skip
        billed = now
    amount = bounded(rounded(running, scale, first.rounding_mode), first)
    return Price(first, zone, sign * first.connection_fee, sign * amount, tuple(rows))
