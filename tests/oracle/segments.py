"""The parts of an event between rules 6 and 9."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.bands import Stretch
from tests.oracle.reference_rows import Tariff
from tests.oracle.steps import segment_end
from tests.oracle.tariffs import Choice


@dataclass(frozen=True)
class BandSegment:
    """The units [start, end) of an event, all in one band and under one tariff."""

    start: Fraction
    end: Fraction
    band: str | None
    choice: Choice


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


def tariffs_of(segments: Iterable[BandSegment]) -> list[Tariff]:
    """The tariffs that an event meets, each once, in the order of its bands."""
    found = {
        segment.choice.tariff.tariff_id: segment.choice.tariff
        for segment in segments
        if segment.choice.tariff
    }
    return list(found.values())


def units_under(segments: Iterable[BandSegment], tariff: Tariff) -> Fraction:
    """The units of an event's segments that a tariff prices."""
    return sum(
        (
            segment.end - segment.start
            for segment in segments
            if segment.choice.tariff and segment.choice.tariff.tariff_id == tariff.tariff_id
        ),
        Fraction(0),
    )
