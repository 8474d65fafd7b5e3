"""What happens to subscriptions in the period: some start, stop, pause or change, most do not."""

import numpy as np
import numpy.typing as npt

from sample.calendar import DAY, HOUR, START
from sample.events import Integers
from sample.markets import MARKETS

NEVER = np.int64(2**62)
OPENING = START - 400 * DAY


class Lives:
    """Suspended, new, terminated, with a recycled number, another plan, or an unknown account."""

    def __init__(self, rng: np.random.Generator, account: Integers, market: Integers) -> None:
        count = len(account)
        self.market = market
        self.active_from = OPENING + rng.integers(0, 380 * 24, count) * HOUR
        self.active_to = np.full(count, NEVER)
        self.suspended_from = np.full(count, NEVER)
        self.suspended_to = np.full(count, NEVER)
        self.plan_change_at = np.full(count, NEVER)
        self.is_special = np.zeros(count, dtype=bool)
        self._unused = rng.permutation(_not_first(market))
        self._plant(rng, account)

    def _plant(self, rng: np.random.Generator, account: Integers) -> None:
        count = len(account)
        single = np.bincount(account)[account] == 1
        self.orphaned = self._take(count, 2000, single[self._unused])
        suspended = self._take(count, 400)
        new = self._take(count, 150)
        terminated = self._take(count, 300)
        pairs = self._take(count, 1000) if len(self._unused) > 8 else self._unused[:0]
        self.recycled_from = pairs
        self.recycled_to = self._take_exactly(len(pairs))
        changed = self._take(count, 200)
        self.suspended_from[suspended] = moments(rng, len(suspended), 1, 8)
        self.suspended_to[suspended] = self.suspended_from[suspended] + rng.integers(
            DAY, 5 * DAY, len(suspended)
        )
        self.active_from[new] = moments(rng, len(new), 1, 7)
        self.active_to[terminated] = moments(rng, len(terminated), 5, 13)
        self.active_to[pairs] = moments(rng, len(pairs), 2, 5)
        self.active_from[self.recycled_to] = moments(rng, len(pairs), 6, 9)
        self.plan_change_at[changed] = moments(rng, len(changed), 2, 12)
        self.planted = {
            "suspensions": len(suspended),
            "new_subscriptions": len(new) + len(pairs),
            "terminations": len(terminated) + len(pairs),
            "recycled_numbers": len(pairs),
            "plan_changes": len(changed),
            "accounts_missing": len(self.orphaned),
        }

    def _take(self, count: int, rate: int, among: npt.NDArray[np.bool_] | None = None) -> Integers:
        wanted = max(min(3, count // 25), count // rate)
        among = np.ones(len(self._unused), dtype=bool) if among is None else among
        taken = self._unused[among][:wanted]
        self._mark(taken)
        return taken

    def _take_exactly(self, wanted: int) -> Integers:
        taken = self._unused[:wanted]
        self._mark(taken)
        return taken

    def _mark(self, taken: Integers) -> None:
        self._unused = self._unused[~np.isin(self._unused, taken)]
        self.is_special[taken] = True

    def plain(self) -> list[Integers]:
        """Per market, the subscriptions without any planted life."""
        return [
            np.flatnonzero((self.market == index) & ~self.is_special)
            for index in range(len(MARKETS))
        ]


def _not_first(market: Integers) -> Integers:
    """All subscriptions but the first of each market, which stays plain."""
    _, first = np.unique(market, return_index=True)
    return np.setdiff1d(np.arange(len(market)), first)


def moments(rng: np.random.Generator, count: int, first_day: int, last_day: int) -> Integers:
    """Whole seconds on days of the period."""
    return START + rng.integers(first_day * DAY, last_day * DAY, count)
