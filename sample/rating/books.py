"""What is used of an account's bundles and steps, after each delivery that changes it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

# one bit for each: the inbox, the late delivery, the redelivered file
DELIVERIES = ("expected", "expected_after_late", "expected_after_redelivery")
ALWAYS = 0b111
AT_FIRST = 0b001
WHEN_LATE = 0b110
WHEN_REDELIVERED = 0b100

Cycle = tuple[int, int, int]
Key = tuple[str, ...]


@dataclass
class Volume:
    """Units of a cycle that all cost the price of their total; refunds are apart.

    `lone` is what the refunds cost by themselves, in millionths: it counts without other units.
    `key` is that of its amount among the sums.
    """

    key: Key
    units: int = 0
    refunded: int = 0
    lone: int = 0


@dataclass
class Book:
    """One account as it stands after some deliveries: what differs in none of them is kept once.

    `left` has the units of bundles that are not whole any more; `passed` and `volumes` the units by
    (subscription, tariff, cycle) that steps have priced.
    """

    deliveries: int
    left: dict[tuple[str, int, int], int] = field(default_factory=dict)
    passed: dict[Cycle, int] = field(default_factory=dict)
    volumes: dict[Cycle, Volume] = field(default_factory=dict)

    def copy(self, deliveries: int) -> "Book":
        volumes = {cycle: Volume(**vars(volume)) for cycle, volume in self.volumes.items()}
        return Book(deliveries, dict(self.left), dict(self.passed), volumes)


class Books:
    """The books of all accounts."""

    def __init__(self) -> None:
        self._of_account: dict[int, list[Book]] = {}

    def of(self, account: int, deliveries: int) -> list[Book]:
        """The account's books for an event that stands after some deliveries, each to be changed.

        A book that the event is not in as a whole is split before.
        """
        books = self._of_account.setdefault(account, [])
        if not books:
            books.append(Book(ALWAYS))
        for book in tuple(books):
            inside = book.deliveries & deliveries
            if inside and inside != book.deliveries:
                books.append(book.copy(book.deliveries & ~inside))
                book.deliveries = inside
        return [book for book in books if book.deliveries & deliveries]

    def all(self) -> Iterator[Book]:
        for books in self._of_account.values():
            yield from books


@dataclass
class Sums:
    """Exact sums after each delivery, by any key: one entry for each set of deliveries."""

    parts: dict[tuple[int, Key], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, deliveries: int, key: Key, value: int) -> None:
        self.parts[deliveries, key] += value

    def after(self, delivery: str) -> dict[Key, int]:
        """The sums after one of DELIVERIES."""
        bit = 1 << DELIVERIES.index(delivery)
        total: dict[Key, int] = defaultdict(int)
        for (deliveries, key), value in self.parts.items():
            if deliveries & bit:
                total[key] += value
        return dict(total)
