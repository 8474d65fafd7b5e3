"""Rule 8 on one event: what its bundles cover, and what they leave to the steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tests.oracle.bundle_instances import Instance
from tests.oracle.segments import BandSegment


@dataclass(frozen=True)
class Covered:
    """Units of one band that one bundle covers, and what they take from it in its blocks."""

    band: str | None
    bundle_id: str
    units: Fraction
    taken: Fraction


@dataclass(frozen=True)
class Coverage:
    covered: tuple[Covered, ...]
    left: tuple[BandSegment, ...]
    waives_fee: bool

    @property
    def left_units(self) -> Fraction:
        return self.left[-1].end


def cover(
    segments: Sequence[BandSegment], instances: Sequence[Instance], *, is_refund: bool
) -> Coverage:
    """Cover the first units that each instance is for; a refund takes nothing from it."""
    left = [segment.end - segment.start for segment in segments]
    covered: list[Covered] = []
    waives_fee = False
    for instance in instances:
        bundle = instance.bundle
        positions = [
            position
            for position, segment in enumerate(segments)
            if bundle.band in ("*", segment.band) and left[position] > 0
        ]
        units = sum((left[position] for position in positions), Fraction(0))
        taken = min(instance.demand(units), instance.left)
        if taken <= 0:
            continue
        rest, billed = min(units, taken), taken
        for position in positions:
            part = min(left[position], rest)
            if part == 0:
                break
            left[position] -= part
            rest -= part
            covered.append(Covered(segments[position].band, bundle.bundle_id, part, part))
            billed -= part
        covered[-1] = replace(covered[-1], taken=covered[-1].taken + billed)
        waives_fee = waives_fee or bundle.waives_fee
        if not is_refund:
            instance.left -= taken
    return Coverage(tuple(covered), based_anew(segments, left), waives_fee)


def based_anew(
    segments: Sequence[BandSegment], left: Sequence[Fraction]
) -> tuple[BandSegment, ...]:
    """The segments with their units left, counted from the first of them on."""
    found, start = [], Fraction(0)
    for segment, units in zip(segments, left, strict=True):
        found.append(replace(segment, start=start, end=start + units))
        start += units
    return tuple(found)
