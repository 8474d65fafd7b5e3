"""The account, action and payment feeds of the sample operator."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sample.actions import ACTION_COLUMNS, account_id, actions
from sample.calendar import END, HOUR, START, LocalTime, iso_local, iso_utc
from sample.files import FeedFile
from sample.lives import OPENING
from sample.markets import MARKETS
from sample.purchases import Purchase
from sample.rows import Row, write_rows
from sample.subscribers import Subscribers

ACCOUNT_COLUMNS = tuple(
    [
        "account_id",
        "parent_account_id",
        "name",
        "currency",
        "time_zone",
        "bill_day",
        "tax_profile",
        "credit_limit",
        "effective_at",
    ]
)
PAYMENT_COLUMNS = tuple(
    ["payment_id", "account_id", "kind", "amount", "currency", "received_at", "method", "reference"]
)
GIVEN = ("Anna", "Zoë", "José", "Łukasz", "Chloé", "Maya", "Oliver", "Grace", "सुनिता", "Noah")
FAMILY = ("Müller", "O'Brien", "García", "Nguyen", "Shrestha", "Dupont", "Smith", "Øster", "Weiß")
FIRMS = ("{} & Sons, Ltd", '{} "Express" Couriers', "{} Consulting", "Café {}")
LIMITS = ("50.00", "100.00", "250.00", "500.00", "2000.00")
KINDS = ("payment", "payment", "payment", "payment", "refund", "chargeback", "credit", "debit")
METHODS = ("card", "transfer", "direct_debit", "cash")


class People:
    """Writes the three feeds; draws are seeded per feed, so sizes of one never move another."""

    def __init__(
        self, subscribers: Subscribers, bought: list[Purchase], seed: int, clock: LocalTime
    ) -> None:
        self.subscribers = subscribers
        self.bought = bought
        self.seed = seed
        self.clock = clock
        _, first = np.unique(subscribers.account, return_index=True)
        self.market = subscribers.market[first]
        self.bill_day = subscribers.bill_day[first]
        self.is_known = subscribers.is_account_known[first]
        self.paid: dict[str, Counter[str]] = {}

    def write(self, inbox: Path, late: Path) -> tuple[list[FeedFile], list[FeedFile]]:
        """Write all three feeds; accounts that are missing on purpose go to the late delivery."""
        files = list(write_rows(inbox, "account", "csv.gz", ACCOUNT_COLUMNS, self.accounts(True)))
        rows = actions(self.subscribers, self.bought)
        files += write_rows(inbox, "action", "csv", ACTION_COLUMNS, rows)
        files += write_rows(inbox, "payment", "jsonl", PAYMENT_COLUMNS, self.payments())
        return files, list(
            write_rows(late, "account", "csv", ACCOUNT_COLUMNS, self.accounts(False), "late")
        )

    def accounts(self, known: bool) -> Iterator[Row]:
        """Rows of the accounts that the inbox has (or lacks); one in fifty changes its limit."""
        rng = np.random.default_rng([self.seed, 2])
        for index, market in enumerate(self.market.tolist()):
            draws = rng.integers(0, 2**31, 8).tolist()
            rows = self._account(index, market, draws)
            if bool(self.is_known[index]) is known:
                yield from rows

    def _account(self, index: int, market: int, draws: list[int]) -> list[Row]:
        place = MARKETS[market]
        same = index > 0 and self.market[index - 1] == market and bool(self.is_known[index - 1])
        parent = account_id(index - 1) if same and draws[0] % 12 == 0 else ""
        name = FAMILY[draws[1] % len(FAMILY)]
        person = f"{GIVEN[draws[2] % len(GIVEN)]} {name}"
        firm = FIRMS[draws[3] % len(FIRMS)].format(name)
        head = (account_id(index), parent, firm if draws[2] % 6 == 0 else person)
        place_columns = (
            place.currency,
            place.time_zone,
            str(self.bill_day[index]),
            place.tax_profile,
        )
        limit = LIMITS[draws[5] % len(LIMITS)]
        rows: list[Row] = [(*head, *place_columns, limit, iso_utc(OPENING - 24 * HOUR))]
        if draws[6] % 50 == 0:
            changed = START + draws[7] % (END - START)
            local = iso_local(changed, self._offset(market, changed))
            rows.append((*head, *place_columns, "750.00", local))
        return rows

    def payments(self) -> Iterator[Row]:
        """Payments of known accounts in the period, and their sums by currency and kind."""
        rng = np.random.default_rng([self.seed, 3])
        sequence = 0
        for index, market in enumerate(self.market.tolist()):
            draws = rng.integers(0, 2**31, 6).tolist()
            if draws[0] % 10 >= 6 or not self.is_known[index]:
                continue
            sequence += 1
            cents = 500 + draws[1] % 9500
            kind, currency = KINDS[draws[2] % len(KINDS)], MARKETS[market].currency
            at = START + draws[3] % (END - START)
            self.paid.setdefault(currency, Counter())[kind] += cents
            yield (
                f"P{sequence:09d}",
                account_id(index),
                kind,
                decimal_text(cents),
                currency,
                iso_local(at, self._offset(market, at)),
                METHODS[draws[4] % len(METHODS)],
                f"RF{draws[5]:010d}",
            )

    def _offset(self, market: int, at: int) -> int:
        return int(self.clock.offset(np.array([market]), np.array([at]))[0])

    def payment_sums(self) -> dict[str, dict[str, str]]:
        """Exact sums by currency and kind, after `payments` has been written."""
        return {
            currency: {kind: decimal_text(cents) for kind, cents in sorted(kinds.items())}
            for currency, kinds in sorted(self.paid.items())
        }


def decimal_text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
