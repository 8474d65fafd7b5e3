"""A plain reading of feed files, independent of the generator that wrote them.

It knows the files, the reference and RULES.md rules 1, 2, 4, 5 and 7 as far as the sample operator
needs them, and finds for each usage record what must become of it.
"""

import csv
import gzip
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import zstandard

from ingestion.settings import PROJECT

Row = dict[str, str]
REQUIRED = ("event_id", "service", "subscriber", "started_at", "quantity")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
REFERENCE = PROJECT / "seeds"


def text_of(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if path.suffix == ".zst":
        content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    return content.decode()


def rows_of(path: Path) -> Iterator[Row | None]:
    """Data records; None for one that is no record of this format."""
    text = text_of(path)
    if ".jsonl" in path.name:
        for line in text.splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                yield None
        return
    reader = csv.reader(io.StringIO(text))
    header = next(reader)
    for fields in reader:
        yield dict(zip(header, fields, strict=True)) if len(fields) == len(header) else None


def digits(number: str) -> str:
    return re.sub(r"^(\+|00)", "", number)


def is_readable(row: Row | None) -> bool:
    if row is None or not all(row.get(name) for name in REQUIRED):
        return False
    return bool(
        re.fullmatch(r"-?\d{1,15}", row["quantity"])
        and TIME.fullmatch(row["started_at"])
        and digits(row["subscriber"]).isdigit()
        and row.get("kind", "") in ("", "original", "replace", "cancel")
        and row.get("direction", "") in ("", "in", "out")
    )


def content_of(row: Row) -> tuple[str, ...]:
    """All that makes two records the same, normalised."""
    return (
        row["service"],
        row.get("direction") or "out",
        digits(row["subscriber"]),
        digits(row.get("counterparty", "")),
        str(datetime.fromisoformat(row["started_at"]).timestamp()),
        row["quantity"],
        row.get("serving_network") or "home",
        row.get("session_id", ""),
        row.get("kind") or "original",
        row.get("target_event_id", ""),
    )


@dataclass
class Delivered:
    """What folders of feed files hold, in the order (file_id, record_no)."""

    folders: list[Path]
    leave_out: set[str] = field(default_factory=set)
    files: dict[str, Path] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)
    readable: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in self.paths("usage"):
            self.files.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
        for _, path in sorted(self.files.items()):
            for row in rows_of(path):
                if row is not None and is_readable(row):
                    self.readable.append(row)
                else:
                    self.rejected[path.name] += 1

    def paths(self, feed: str) -> list[Path]:
        found = [path for folder in self.folders for path in sorted((folder / feed).glob("*"))]
        return [path for path in found if path.name not in self.leave_out]

    def feed(self, feed: str) -> list[Row]:
        return [row for path in self.paths(feed) for row in rows_of(path) if row is not None]

    @cached_property
    def accounts(self) -> set[str]:
        return {row["account_id"] for row in self.feed("account")}

    @cached_property
    def holders(self) -> dict[str, list[tuple[float, str, str, str]]]:
        """(time, action, subscription, account) by number, in order."""
        number_of: dict[str, str] = {}
        account_of: dict[str, str] = {}
        holders: dict[str, list[tuple[float, str, str, str]]] = {}
        rows = self.feed("action")
        for row in sorted(rows, key=lambda r: (when(r["effective_at"]), r["action_id"])):
            name = row["subscription_id"]
            if row["subscriber"]:
                number_of[name], account_of[name] = digits(row["subscriber"]), row["account_id"]
            change = (when(row["effective_at"]), row["action"], name, account_of[name])
            holders.setdefault(number_of[name], []).append(change)
        return holders


def when(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def outcome_of_owner(row: Row, delivered: Delivered) -> tuple[str, str | None]:
    """Rule 4."""
    at = when(row["started_at"])
    holder: tuple[str, str] | None = None
    suspended = False
    for moment, action, subscription, account in delivered.holders.get(
        digits(row["subscriber"]), []
    ):
        if moment > at:
            break
        if action == "activate":
            holder, suspended = (subscription, account), False
        elif holder and holder[0] == subscription:
            holder = None if action == "terminate" else holder
            suspended = {"suspend": True, "resume": False}.get(action, suspended)
    if holder is None:
        return ("suspended", "unknown_subscriber")
    if suspended:
        return ("suspended", "subscription_suspended")
    return ("rated", None) if holder[1] in delivered.accounts else ("suspended", "unknown_account")


def outcome_of_place(row: Row, known: set[str]) -> tuple[str, str | None]:
    """Rules 5 and 7, as far as the sample needs them: calls to three countries have no price."""
    network = row.get("serving_network", "")
    if network and network not in known and network[:3] not in known:
        return ("suspended", "unknown_network")
    is_out = (row.get("direction") or "out") == "out" and row["service"] in ("voice", "sms")
    if is_out and not network and digits(row["counterparty"]).startswith(("53", "850", "963")):
        return ("suspended", "no_tariff")
    return ("rated", None)


def disposed(delivered: Delivered) -> list[tuple[Row, str, str | None]]:
    """Every readable record once, with its disposition and reason (rules 1, 2, 4, 5)."""
    with (REFERENCE / "roaming_networks.csv").open() as text:
        networks = {row["network"] for row in csv.DictReader(text)}
    result: list[tuple[Row, str, str | None]] = []
    distinct: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in delivered.readable:
        key = (row["event_id"], content_of(row))
        if key in distinct:
            result.append((row, "duplicate", None))
        distinct.setdefault(key, row)
    originals: dict[str, Row] = {}
    corrections: dict[str, list[Row]] = {}
    for row in distinct.values():
        if (row.get("kind") or "original") != "original":
            root = row.get("target_event_id") or row["event_id"]
            corrections.setdefault(root, []).append(row)
        elif row["event_id"] in originals:
            result.append((row, "suspended", "conflict"))
        else:
            originals[row["event_id"]] = row
    for root, rows in corrections.items():
        if root not in originals:
            result += [(row, "suspended", "unknown_target") for row in rows]
            continue
        original, last = originals.pop(root), rows[-1]
        is_cancel = last["kind"] == "cancel"
        end = "cancelled" if is_cancel else "superseded"
        result += [(row, end, None) for row in [original, *rows[:-1]]]
        if is_cancel:
            result.append((last, "not_chargeable", "cancel"))
        else:
            originals[last["event_id"] + "/replaced"] = last
    for row in originals.values():
        disposition = outcome_of_owner(row, delivered)
        if disposition == ("rated", None):
            disposition = outcome_of_place(row, networks)
        result.append((row, *disposition))
    return result


def summed(records: list[tuple[Row, str, str | None]]) -> dict[tuple[str, str | None, str], Any]:
    sums: dict[tuple[str, str | None, str], list[int]] = {}
    for row, disposition, reason in records:
        entry = sums.setdefault((disposition, reason, row["service"]), [0, 0])
        entry[0] += 1
        entry[1] += int(row["quantity"])
    return {key: (count, str(quantity)) for key, (count, quantity) in sums.items()}


def stated(expected: dict[str, Any]) -> dict[tuple[str, str | None, str], Any]:
    return {
        (entry["disposition"], entry["reason"], service): (sums["records"], sums["quantity"])
        for entry in expected["dispositions"]
        for service, sums in entry["services"].items()
    }


def plan_of(row: Row, delivered: Delivered) -> str:
    """The plan in force for a record's number at its start."""
    at, plan = when(row["started_at"]), ""
    actions = sorted(
        delivered.feed("action"), key=lambda r: (when(r["effective_at"]), r["action_id"])
    )
    holder = [
        name
        for moment, action, name, _ in delivered.holders[digits(row["subscriber"])]
        if moment <= at and action == "activate"
    ][-1]
    for action in actions:
        if action["subscription_id"] == holder and when(action["effective_at"]) <= at:
            plan = action["plan_id"] or plan
    return plan
