"""The account, action and payment feeds of the sample operator."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from sample.calendar import END, HOUR, START, LocalTime, iso_local, iso_utc
from sample.files import FeedFile, as_text, compressed, write_feed_file
from sample.lives import NEVER, OPENING
from sample.markets import MARKETS
from sample.subscribers import Subscribers

ROWS_PER_FILE = 25_000
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
ACTION_COLUMNS = tuple(
    [
        "action_id",
        "effective_at",
        "action",
        "subscription_id",
        "account_id",
        "subscriber",
        "plan_id",
        "bundle_id",
        "quantity",
        "expires_at",
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
Row = tuple[str, ...]


def account_id(index: int) -> str:
    return f"A{index:08d}"


def subscription_id(index: int) -> str:
    return f"S{index:08d}"


class People:
    """Writes the three feeds; draws are seeded per feed, so sizes of one never move another."""

    def __init__(self, subscribers: Subscribers, seed: int, clock: LocalTime) -> None:
        self.subscribers = subscribers
        self.seed = seed
        self.clock = clock
        _, first = np.unique(subscribers.account, return_index=True)
        self.market = subscribers.market[first]
        self.is_known = subscribers.is_account_known[first]
        self.paid: dict[str, Counter[str]] = {}

    def write(self, inbox: Path, late: Path) -> tuple[list[FeedFile], list[FeedFile]]:
        """Write all three feeds; accounts that are missing on purpose go to the late delivery."""
        files = list(write_rows(inbox, "account", "csv.gz", ACCOUNT_COLUMNS, self.accounts(True)))
        files += write_rows(inbox, "action", "csv", ACTION_COLUMNS, self.actions())
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
        place_columns = (place.currency, place.time_zone, str(1 + draws[4] % 28), place.tax_profile)
        limit = LIMITS[draws[5] % len(LIMITS)]
        rows: list[Row] = [(*head, *place_columns, limit, iso_utc(OPENING - 24 * HOUR))]
        if draws[6] % 50 == 0:
            changed = START + draws[7] % (END - START)
            local = iso_local(changed, self._offset(market, changed))
            rows.append((*head, *place_columns, "750.00", local))
        return rows

    def actions(self) -> Iterator[Row]:
        """Rows by subscription, each in the order of time."""
        sequence = 0
        for index in range(self.subscribers.count):
            for at, action, details in sorted(self._life(index)):
                sequence += 1
                yield (
                    f"X{sequence:09d}",
                    iso_utc(at),
                    action,
                    subscription_id(index),
                    *details,
                    "",
                    "",
                    "",
                )

    def _life(self, index: int) -> list[tuple[int, str, tuple[str, str, str]]]:
        s = self.subscribers
        owner = account_id(int(s.account[index]))
        number, plan = f"+{s.number[index]}", s.plans[s.plan[index]]
        life = [(int(s.active_from[index]), "activate", (owner, number, plan))]
        for moment, action, details in (
            (s.plan_change_at, "change_plan", ("", "", s.plans[s.next_plan[index]])),
            (s.suspended_from, "suspend", ("", "", "")),
            (s.suspended_to, "resume", ("", "", "")),
            (s.active_to, "terminate", ("", "", "")),
        ):
            if moment[index] != NEVER and moment[index] < END:
                life.append((int(moment[index]), action, details))
        return life

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


def write_rows(
    folder: Path,
    feed: str,
    extension: str,
    columns: Row,
    rows: Iterable[Row],
    kind: str = "ordinary",
) -> Iterator[FeedFile]:
    """Files of ROWS_PER_FILE rows; never more than one file's rows in memory."""
    render = json_text if extension == "jsonl" else csv_text
    remaining = iter(rows)
    sequence = 0
    while chunk := list(islice(remaining, ROWS_PER_FILE)):
        sequence += 1
        content = compressed(render(columns, chunk), extension)
        name = f"{feed}_{kind}_{sequence:06d}.{extension}"
        yield write_feed_file(folder, feed, name, content, kind=kind, records=len(chunk))


def csv_text(columns: Row, rows: list[Row]) -> bytes:
    """RFC 4180 with quotes where a value needs them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def json_text(columns: Row, rows: list[Row]) -> bytes:
    """One object per line; empty fields are left out."""
    return as_text(
        [
            json.dumps(
                {name: value for name, value in zip(columns, row, strict=True) if value},
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for row in rows
        ]
    )
