"""Rates the sample's messages, downloads and data in event order: with bundles and cycles' steps.

It says what tests hold the models to, to the last digit. What a call costs is left to the oracle;
what calls take from bundles is known here too.
"""

from bisect import bisect_left
from typing import Any

from sample.events import SERVICES, VOICE, Events
from sample.outcomes import millionths
from sample.rating.books import ALWAYS, Book, Books, Key, Sums, Volume
from sample.rating.covering import Coverage, cover
from sample.rating.instances import Instances
from sample.rating.prices import Price, price_of
from sample.rating.usages import Usage, UsageReader
from sample.reference import Reference

PRICED = tuple(name for name in SERVICES if name != SERVICES[VOICE])


class Rater:
    """Takes events file by file, in the order of time, and sums what they cost."""

    def __init__(self, reference: Reference, reader: UsageReader, instances: Instances) -> None:
        self.reader = reader
        self.instances = instances
        self.prices: list[Price | None] = [
            price_of(reference, row) if row["service"] in PRICED else None
            for row in reference.tariffs
        ]
        self.currency_of_plan = reference.currency_of_plan
        self.keys: dict[int, tuple[Key, Key]] = {}
        self.books = Books()
        self.sums = Sums()
        self.waiting: list[Usage] = []
        self.later: list[Usage] = []

    def await_events(self, events: Events, deliveries: int = ALWAYS) -> None:
        """Events of another file, to be rated when the ordinary files reach their time."""
        self.later = sorted(self.later + self.reader.usages(events, deliveries), reverse=True)

    def take(self, parts: list[tuple[Events, int]]) -> None:
        """Rate one file's events: all before its last second, which the next file may share."""
        for events, deliveries in parts:
            self.waiting += self.reader.usages(events, deliveries)
        if self.waiting:
            self._rate_until(max(usage.started_at for usage in self.waiting))

    def finish(self) -> None:
        """Rate what is left, and price what only the whole cycle tells."""
        self._rate_until(2**62)
        for book in self.books.all():
            for (_, tariff, _), volume in book.volumes.items():
                price = self.prices[tariff]
                assert price is not None  # a call has none, and no volume
                self.sums.add(book.deliveries, volume.key, volume_amount(price, volume))

    def as_manifest(self, delivery: str) -> dict[str, Any]:
        """What the events come to after one of DELIVERIES, as JSON values."""
        sums = self.sums.after(delivery)
        currencies = sorted(set(self.currency_of_plan.values()))
        bundles = sorted(key[1] for key in sums if key[0] == "bundle")
        return {
            "charges": {
                name: {
                    currency: {
                        "events": sums.get(("events", name, currency), 0),
                        "charge_amount": millionths(sums.get(("amount", name, currency), 0)),
                    }
                    for currency in currencies
                }
                for name in PRICED
            },
            "bundle_units": {bundle: str(sums["bundle", bundle]) for bundle in bundles},
            "covered_events": {
                name: {how: sums.get((how, name), 0) for how in ("fully", "partly")}
                for name in SERVICES
            },
        }

    def _rate_until(self, second: int) -> None:
        while self.later and self.later[-1].started_at < second:
            self.waiting.append(self.later.pop())
        self.waiting.sort()
        end = bisect_left(self.waiting, (second,))
        for usage in self.waiting[:end]:
            self._rate(usage)
        self.waiting = self.waiting[end:]

    def _rate(self, usage: Usage) -> None:
        """A usage that neither bundles nor its cycle know of needs no book."""
        usable = self.instances.usable(usage) if usage.quantity else []
        price = self.prices[usage.tariff]
        if usable or (price is not None and price.is_by_cycle):
            for book in self.books.of(usage.account, usage.deliveries):
                self._charge(usage, price, cover(usage, usable, book), book)
        elif price is not None:
            self._add_charge(usage, price.amount(abs(usage.quantity), 0), usage.deliveries)

    def _charge(self, usage: Usage, price: Price | None, coverage: Coverage, book: Book) -> None:
        for bundle, units in coverage.taken:
            taken = units if usage.quantity > 0 else -units
            self.sums.add(book.deliveries, ("bundle", bundle), taken)
        if coverage.taken:
            how = "partly" if coverage.left else "fully"
            self.sums.add(book.deliveries, (how, SERVICES[usage.service]), 1)
        if price is None:
            return
        cycle = (usage.subscription, usage.tariff, usage.cycle)
        start = book.passed.get(cycle, 0)
        if price.is_by_cycle and price.is_by_volume:
            events, amount = self._keys(usage)
            volume = book.volumes.setdefault(cycle, Volume(amount))
            count_volume(volume, usage, price, coverage.left)
            self.sums.add(book.deliveries, events, 1)
            return
        if price.is_by_cycle and usage.quantity > 0:
            book.passed[cycle] = start + coverage.left
        start = start if price.is_by_cycle else 0
        charge = price.amount(coverage.left, start, is_fee_waived=coverage.is_fee_waived)
        self._add_charge(usage, charge, book.deliveries)

    def _add_charge(self, usage: Usage, charge: int, deliveries: int) -> None:
        events, amount = self._keys(usage)
        self.sums.add(deliveries, events, 1)
        self.sums.add(deliveries, amount, charge if usage.quantity > 0 else -charge)

    def _keys(self, usage: Usage) -> tuple[Key, Key]:
        """Under which the sums have its events, and their amount."""
        if usage.way not in self.keys:
            way = self.reader.ways.way(usage.way)
            place = (way.service, self.currency_of_plan[way.plan])
            self.keys[usage.way] = (("events", *place), ("amount", *place))
        return self.keys[usage.way]


def count_volume(volume: Volume, usage: Usage, price: Price, units: int) -> None:
    """Add the units that an event leaves to the steps; a refund moves nothing."""
    if usage.quantity > 0:
        volume.units += units
    else:
        volume.refunded += units
        volume.lone += price.by_cycle_volume(units, units)


def volume_amount(price: Price, volume: Volume) -> int:
    """Millionths of all events of a cycle: the refunds have the price of its other units."""
    if not volume.units:
        return -volume.lone
    return price.by_cycle_volume(volume.units - volume.refunded, volume.units)
