"""How much trouble is planted, and how a readable line is made unreadable."""

from dataclasses import dataclass

from sample.lines import Style, set_field

# one in so many events, each on an event of its own
RATES = {
    "unknown_number": 2000,
    "unknown_network": 5000,
    "unpriced_destination": 2500,
    "refund": 2000,
    "duplicate_in_same_file": 2500,
    "duplicate_in_other_file": 2500,
    "conflict_in_same_file": 5000,
    "conflict_in_other_file": 5000,
    "replace_in_same_file": 4000,
    "replace_under_same_id": 5000,
    "replace_in_other_file": 4000,
    "replace_twice": 10_000,
    "cancel_in_same_file": 4000,
    "cancel_under_same_id": 5000,
    "cancel_in_other_file": 4000,
    "cancel_after_replace": 10_000,
    "replace_before_original": 10_000,
    "cancel_before_original": 10_000,
    "replace_of_unknown": 10_000,
    "cancel_of_unknown": 10_000,
    "duplicate_in_late_delivery": 10_000,
    "cancel_in_late_delivery": 10_000,
}
FEW = 3
UNREADABLE_RATE = 25_000


@dataclass
class Plan:
    """How many of each trouble are still to be planted, spread evenly over the files."""

    totals: dict[str, int]
    unreadable: int
    files: int

    @classmethod
    def of(cls, events: int, files: int) -> "Plan":
        few = min(FEW, events // 200)
        return cls(
            {name: max(few, events // rate) for name, rate in RATES.items()},
            max(min(1, few), events // UNREADABLE_RATE),
            files,
        )

    def share(self, index: int) -> dict[str, int]:
        """The counts for one file; over all files they sum to the totals."""
        return {name: self._part(total, index) for name, total in self.totals.items()}

    def unreadable_share(self, index: int) -> int:
        """How many records of each unreadable kind go into one file."""
        return self._part(self.unreadable, index)

    def _part(self, total: int, index: int) -> int:
        return (index + 1) * total // self.files - index * total // self.files


UNREADABLE = {
    "quantity_is_no_number": ("quantity", "12x4"),
    "quantity_too_large": ("quantity", "10000000000000000"),
    "time_without_offset": ("started_at", "2026-10-20T08:00:00"),
    "time_is_no_time": ("started_at", "yesterday"),
    "number_with_letters": ("subscriber", "43677ABC4567"),
    "event_id_missing": ("event_id", ""),
    "kind_unknown": ("kind", "amend"),
    "direction_unknown": ("direction", "sideways"),
}
CUT_SHORT = "record_cut_short"


def unreadable(line: str, style: Style, name: str) -> str:
    """A readable line made unreadable in one of the ways of UNREADABLE, or cut in its middle."""
    if name == CUT_SHORT:
        return line[: len(line) // 2].rstrip(",")
    return set_field(line, style, *UNREADABLE[name])
