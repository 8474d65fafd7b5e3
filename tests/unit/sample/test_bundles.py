"""What the generator's own books make of bundles, worked by hand."""

from datetime import UTC, datetime

import numpy as np

from ingestion.settings import PROJECT
from sample.calendar import DAY, END, START, LocalTime
from sample.events import DATA
from sample.markets import TIME_ZONES
from sample.rating.bands import Bands
from sample.rating.books import ALWAYS, AT_FIRST, WHEN_LATE, Book, Books, Sums
from sample.rating.covering import cover
from sample.rating.cycles import MONTHS, Cycles
from sample.rating.instances import Instance, Instances
from sample.rating.offers import Offer, Offers, Way
from sample.rating.usages import Usage, Ways
from sample.reference import Reference
from sample.subscribers import make_subscribers

REFERENCE = Reference(PROJECT / "seeds")
OFFERS = {offer.bundle_id: offer for offer in Offers(REFERENCE).all}
HOME_DATA = Way("data", "eur_pro", "out", "home", "", "peak")
OCTOBER = MONTHS.index((2026, 10))
MIB = 1024**2


def data(quantity: int) -> Usage:
    return Usage(START, "E1", ALWAYS, 0, 0, DATA, quantity, OCTOBER, 0, 0)


def instance(offer: Offer, number: int, units: int) -> Instance:
    return Instance(offer.priority, (offer.bundle_id, 0, number), units, offer)


def test_units_are_rounded_up_to_blocks_inside_the_bundle() -> None:
    """11 MiB take two blocks of 10 MiB, and nothing is left of them to be charged."""
    book = Book(ALWAYS)
    covered = cover(data(11 * MIB), [instance(OFFERS["pro_data_5gb"], 1, 5120 * MIB)], book)
    assert covered == (0, [("pro_data_5gb", 20 * MIB)], False)
    assert book.left == {("pro_data_5gb", 0, 1): 5100 * MIB}


def test_what_earlier_cycles_left_goes_first_and_the_rest_is_charged() -> None:
    """35 MiB: 10 left of September, 20 of October, 5 for the steps."""
    pro = OFFERS["pro_data_5gb"]
    both = [instance(pro, 1, 10 * MIB), instance(pro, 2, 20 * MIB)]
    book = Book(ALWAYS)
    covered = cover(data(35 * MIB), both, book)
    assert covered.left == 5 * MIB
    assert [units for _, units in covered.taken] == [10 * MIB, 20 * MIB]
    assert list(book.left.values()) == [0, 0]


def test_a_refund_meets_what_an_event_would_and_takes_nothing() -> None:
    book = Book(ALWAYS)
    covered = cover(data(-11 * MIB), [instance(OFFERS["pro_data_5gb"], 1, 10 * MIB)], book)
    assert covered == (1 * MIB, [("pro_data_5gb", 10 * MIB)], False)
    assert book.left == {}


def test_the_offers_for_an_event_come_by_priority() -> None:
    offers = Offers(REFERENCE)
    weekend = HOME_DATA._replace(plan="eur_essential", band="weekend")
    names = [offer.bundle_id for offer in offers.included(weekend)]
    assert names == ["essential_autumn_weekend", "essential_data_1gb"]
    assert offers.included(weekend._replace(roaming_zone="roam_europe")) == ()
    night = HOME_DATA._replace(plan="usd_classic", band="night")
    assert [offer.bundle_id for offer in offers.included(night)] == ["classic_nights_250mb"]
    assert offers.included(night._replace(band="peak")) == ()


def test_an_account_is_kept_once_until_a_delivery_parts_its_books() -> None:
    """A cancelled event stands at first only; what comes after counts in both books."""
    books = Books()
    for deliveries in (ALWAYS, AT_FIRST, ALWAYS):
        for book in books.of(7, deliveries):
            book.passed[0, 0, 0] = book.passed.get((0, 0, 0), 0) + 10
    assert {book.deliveries: book.passed[0, 0, 0] for book in books.all()} == {
        AT_FIRST: 30,
        WHEN_LATE: 20,
    }


def test_sums_of_a_delivery_are_those_of_all_sets_that_it_is_in() -> None:
    sums = Sums()
    for deliveries, value in ((ALWAYS, 1), (AT_FIRST, 2), (WHEN_LATE, 4)):
        sums.add(deliveries, ("amount",), value)
    assert sums.after("expected") == {("amount",): 3}
    assert sums.after("expected_after_redelivery") == {("amount",): 5}


def test_a_cycle_begins_at_local_midnight_of_the_bill_day() -> None:
    """In Vienna 25 October has 25 hours; the clock goes back after the cycle has begun."""
    vienna = np.array([TIME_ZONES.index("Europe/Vienna")] * 2)
    begins = int(datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp())
    cycles = Cycles.of(TIME_ZONES)
    found = cycles.cycle(vienna, np.array([25, 25]), np.array([begins - 1, begins]))
    assert [MONTHS[index] for index in found] == [(2026, 9), (2026, 10)]


def test_bands_go_by_the_local_hour_and_holidays() -> None:
    """26 October 2026 is a Monday and Austria's National Day."""
    bands = Bands.of(REFERENCE, ["usd_classic", "eur_essential"])
    local_time = LocalTime.of(TIME_ZONES)
    zones = np.array([TIME_ZONES.index("America/New_York"), TIME_ZONES.index("Europe/Vienna")])
    at = np.array([moment(20, 1), moment(26, 10)])
    local = at + local_time.offset(zones, at)
    found = [bands.at(np.array([0, 1]), local + days * DAY) for days in (0, 1)]
    assert [[bands.names[band] for band in both] for both in found] == [
        ["night", "holiday"],
        ["night", "peak"],
    ]


def moment(day: int, hour: int) -> int:
    return int(datetime(2026, 10, day, hour, tzinfo=UTC).timestamp())


def test_a_bundle_rolls_over_only_to_who_was_on_the_plan_in_the_cycle_before() -> None:
    """Of two on Pro all the time one joined in this cycle: September left nothing to him."""
    subscribers = make_subscribers(REFERENCE, 2_000, seed=3)
    only_way = Ways(tuple([word] for word in HOME_DATA))
    cycles = Cycles.of(TIME_ZONES)
    instances = Instances(Offers(REFERENCE), only_way, subscribers, cycles, [])
    on_pro = subscribers.plan == subscribers.plans.index("eur_pro")
    is_early = subscribers.bill_day <= 18
    joined = np.flatnonzero(on_pro & is_early & (subscribers.active_from > START))[0]
    stayed = np.flatnonzero(on_pro & is_early & (subscribers.active_from < START - 60 * DAY))[0]
    for subscription, expected in ((joined, [OCTOBER]), (stayed, [OCTOBER - 1, OCTOBER])):
        usage = data(1)._replace(started_at=END - DAY, subscription=int(subscription))
        assert [found.key[2] for found in instances.usable(usage)] == expected
