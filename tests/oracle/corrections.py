"""Rules 1 and 2: duplicates, conflicts, and which record of an event stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.oracle.records import Usage


@dataclass(frozen=True)
class Verdict:
    """What became of a usage record, before or after rating."""

    disposition: str
    reason: str | None = None


Settled = list[tuple[Usage, Verdict]]


def settle(records: Iterable[Usage]) -> tuple[list[Usage], Settled]:
    """Return the records to rate and the verdict on all others.

    A record to rate is an original that nothing corrects, or the last `replace` of its event.
    """
    by_event: dict[str, list[Usage]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.knowledge):
        by_event[record.event_id].append(record)

    settled: Settled = []
    originals: dict[str, Usage] = {}
    corrections: list[Usage] = []
    for event_id, copies in by_event.items():
        first_of_each, duplicates = split_duplicates(copies)
        settled += [(record, Verdict("duplicate")) for record in duplicates]
        kept = [record for record in first_of_each if record.kind == "original"]
        settled += [(record, Verdict("suspended", "conflict")) for record in kept[1:]]
        if kept:
            originals[event_id] = kept[0]
        corrections += [record for record in first_of_each if record.kind != "original"]

    roots = {record.event_id: record.target_event_id or record.event_id for record in corrections}
    groups: dict[str, list[Usage]] = defaultdict(list)
    for record in corrections:
        groups[root_of(record, originals, roots)].append(record)

    standing = [record for event_id, record in originals.items() if event_id not in groups]
    for root, group in groups.items():
        if root not in originals:
            settled += [(record, Verdict("suspended", "unknown_target")) for record in group]
            continue
        winner = max(group, key=lambda record: record.knowledge)
        losers = [record for record in [originals[root], *group] if record is not winner]
        if winner.kind == "replace":
            standing.append(winner)
            settled += [(record, Verdict("superseded")) for record in losers]
        else:
            settled.append((winner, Verdict("not_chargeable", "cancel")))
            settled += [(record, Verdict("cancelled")) for record in losers]
    return standing, settled


def split_duplicates(copies: Sequence[Usage]) -> tuple[list[Usage], list[Usage]]:
    """Split one event_id's records, in order of knowledge: the first of each content, the rest."""
    seen: set[tuple[object, ...]] = set()
    first: list[Usage] = []
    again: list[Usage] = []
    for record in copies:
        (again if record.content in seen else first).append(record)
        seen.add(record.content)
    return first, again


def root_of(correction: Usage, originals: dict[str, Usage], roots: dict[str, str]) -> str:
    """The original event that a correction is about, through at most one other correction."""
    named = correction.target_event_id or correction.event_id
    return named if named in originals else roots.get(named, named)
