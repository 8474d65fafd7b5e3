"""The parts of an event between rules 6 and 9."""

from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.tariffs import Choice


@dataclass(frozen=True)
class BandSegment:
    """The units [start, end) of an event, all in one band and under one tariff."""

    start: Fraction
    end: Fraction
    band: str | None
    choice: Choice
