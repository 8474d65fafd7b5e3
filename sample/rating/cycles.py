"""Rule 12: when the billing cycles of every time zone and bill day begin."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from sample.calendar import Integers

LAST_BILL_DAY = 28
# the cycles that the period touches, the one before, and two after: what rolls over expires there
MONTHS = (*((2026, month) for month in range(8, 13)), (2027, 1))


@dataclass(frozen=True)
class Cycles:
    """`starts` has UTC seconds by market, bill day and month, whose index names the cycle."""

    starts: Integers

    @classmethod
    def of(cls, zones: tuple[str, ...]) -> "Cycles":
        days = range(LAST_BILL_DAY + 1)
        starts = [[[midnight(z, max(day, 1), m) for m in MONTHS] for day in days] for z in zones]
        return cls(np.array(starts, dtype=np.int64))

    def cycle(self, market: Integers, bill_day: Integers, at: Integers) -> Integers:
        """The cycles of UTC seconds."""
        return (self.starts[market, bill_day] <= at[:, None]).sum(axis=1) - 1


def midnight(zone: str, day: int, month: tuple[int, int]) -> int:
    """The UTC second at which a local day begins."""
    return int(datetime(*month, day, tzinfo=ZoneInfo(zone)).timestamp())
