"""Rule 8 on one event: what its bundles take, and what they leave to the steps."""

from collections.abc import Iterable
from typing import NamedTuple

from sample.rating.books import Book
from sample.rating.instances import Instance
from sample.rating.usages import Usage


class Coverage(NamedTuple):
    """`taken` has units by bundle, in its blocks; `left` are units for the steps."""

    left: int
    taken: list[tuple[str, int]]
    is_fee_waived: bool


def cover(usage: Usage, usable: Iterable[Instance], book: Book) -> Coverage:
    """Cover the first units of an event; a refund meets the same and takes nothing."""
    left, taken, is_fee_waived = abs(usage.quantity), [], False
    for instance in usable:
        offer, rest = instance.offer, book.left.get(instance.key, instance.units)
        units = min(offer.in_blocks(left), rest)
        if units > 0:
            left -= min(left, units)
            taken.append((offer.bundle_id, units))
            is_fee_waived = is_fee_waived or offer.is_fee_waived
            if usage.quantity > 0:
                book.left[instance.key] = rest - units
    return Coverage(left, taken, is_fee_waived)
