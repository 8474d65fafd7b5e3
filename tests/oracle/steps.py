"""Rules 6 and 9: where an increment ends a segment, and what the steps charge for a segment."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tests.oracle.reference_rows import Step, Tariff


class BeyondLastStep(Exception):
    """The tariff has no step for these units and says `suspend`."""


@dataclass(frozen=True)
class Portion:
    """What one step charges for one segment: exact cost before rounding, the flat fee included."""

    step_no: int
    units: Fraction
    billed_units: Fraction
    cost: Fraction


def in_step(
    tariff: Tariff, offset: Fraction, total: Fraction
) -> tuple[Step, Fraction | None] | None:
    """The step in force at an offset and where it ends; None beyond the last step."""
    if tariff.tier_mode == "volume":
        step = volume_step(tariff, total)
        return None if step is None else (step, None)
    for step in tariff.steps:
        end = step_end(tariff, step)
        if step.lo <= offset and (end is None or offset < end):
            return step, end
    return None


def step_end(tariff: Tariff, step: Step) -> Fraction | None:
    is_open = step is tariff.steps[-1] and tariff.beyond_last_step == "last_price"
    return None if is_open else step.hi


def volume_step(tariff: Tariff, total: Fraction) -> Step | None:
    """The step with `from < total <= to`."""
    for step in tariff.steps:
        end = step_end(tariff, step)
        if step.lo < total and (end is None or total <= end):
            return step
    return None


def segment_end(tariff: Tariff, start: Fraction, border: Fraction, total: Fraction) -> Fraction:
    """Where the segment from `start` ends whose band ends at `border`: increments are not cut.

    An increment belongs to the band that holds its first instant. Offsets are units from the
    event's start, start < border < total.
    """
    found = in_step(tariff, border, total)
    if found is None:
        return border
    step, end = found
    if step.increment is None:
        return border
    anchor = start if tariff.tier_mode == "volume" else max(step.lo, start)
    rounded = anchor + round_up(border - anchor, step.increment)
    return min([rounded, total] if end is None else [rounded, total, end])


def segment_end_by_walking(
    tariff: Tariff, start: Fraction, border: Fraction, total: Fraction
) -> Fraction:
    """The same increment by increment: the first that begins at the border or later."""
    position = start
    while position < border:
        found = in_step(tariff, position, total)
        if found is None:
            following = [_next_step(tariff, position), border]
            position = min(end for end in following if end is not None)
            continue
        step, end = found
        if step.increment is None:
            position = border if end is None else min(border, end)
        else:
            ahead = position + step.increment
            position = ahead if end is None else min(ahead, end)
    return min(position, total)


def _next_step(tariff: Tariff, position: Fraction) -> Fraction | None:
    return min((step.lo for step in tariff.steps if step.lo > position), default=None)


def portions(
    tariff: Tariff, start: Fraction, end: Fraction, total: Fraction, entered: set[tuple[str, int]]
) -> list[Portion]:
    """What the steps charge for the units [start, end) of an event of `total` units.

    `entered` holds the (tariff_id, step_no) whose flat fee this event has paid, and is added to.
    Raises BeyondLastStep.
    """
    if tariff.tier_mode == "volume":
        step = volume_step(tariff, total)
        shares = [] if step is None else [(step, end - start)]
    else:
        shares = [(step, overlap(tariff, step, start, end)) for step in tariff.steps]
    found = [_charge(tariff, step, units, entered) for step, units in shares if units > 0]
    if tariff.beyond_last_step == "suspend" and sum(p.units for p in found) < end - start:
        raise BeyondLastStep(tariff.tariff_id)
    return found


def overlap(tariff: Tariff, step: Step, start: Fraction, end: Fraction) -> Fraction:
    stop = step_end(tariff, step)
    return max(Fraction(0), (end if stop is None else min(end, stop)) - max(start, step.lo))


def _charge(tariff: Tariff, step: Step, units: Fraction, entered: set[tuple[str, int]]) -> Portion:
    billed = units if step.increment is None else round_up(units, step.increment)
    cost = billed * step.price / step.unit_size
    if (tariff.tariff_id, step.step_no) not in entered:
        entered.add((tariff.tariff_id, step.step_no))
        cost += step.flat_fee
    return Portion(step.step_no, units, billed, cost)


def round_up(units: Fraction, increment: Fraction) -> Fraction:
    return ceil(units / increment) * increment
