"""The sample looks like an operator: day and week, tails, numbers, roaming, prices."""

from pathlib import Path

import numpy as np
import phonenumbers
import pytest

from ingestion.settings import PROJECT
from sample import generate
from sample.calendar import END, HOUR, START
from sample.events import DATA, SERVICES, SMS, VOICE, Events
from sample.markets import MARKETS, TIME_ZONES
from sample.outcomes import Outcome
from sample.reference import Reference
from sample.roaming import ROAMING_ZONES
from sample.subscribers import make_subscribers
from sample.traffic import Traffic

REFERENCE = Reference(PROJECT / "seeds")


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return Traffic.of(REFERENCE, make_subscribers(REFERENCE, 2_000, seed=3))


@pytest.fixture(scope="module")
def events(traffic: Traffic) -> Events:
    return traffic.draw(np.random.default_rng(5), 60_000, "E", 0, (0.0, 1.0))


def test_events_lie_in_the_period_in_order(events: Events) -> None:
    assert (np.diff(events.started_at) >= 0).all()
    assert events.started_at.min() >= START and events.started_at.max() < END


def test_nights_are_quiet_in_every_time_zone(traffic: Traffic, events: Events) -> None:
    local = events.started_at + traffic.local_time.offset(events.market, events.started_at)
    hour = local // HOUR % 24
    for market in range(len(MARKETS)):
        counts = np.bincount(hour[events.market == market], minlength=24)
        assert counts[18] > 5 * counts[3], TIME_ZONES[market]


def test_durations_and_volumes_have_long_tails_and_some_calls_are_unanswered(
    events: Events,
) -> None:
    for service in (VOICE, DATA):
        drawn = events.quantity[events.service == service]
        assert np.mean(drawn) > 1.5 * np.median(drawn)
    calls = events.quantity[events.service == VOICE]
    assert 0.03 < (calls == 0).mean() < 0.07
    assert calls.max() > HOUR


def test_some_roam_and_every_service_is_used(events: Events) -> None:
    assert 0.005 < (events.roaming_zone != ROAMING_ZONES.index("home")).mean() < 0.05
    assert set(np.bincount(events.service, minlength=len(SERVICES)) > 100) == {True}


def test_subscribers_hold_valid_mobile_numbers_one_each(traffic: Traffic) -> None:
    subscribers = traffic.subscribers
    numbers = [phonenumbers.parse(f"+{number}") for number in subscribers.number[:300]]
    assert all(map(phonenumbers.is_valid_number, numbers))
    recycled = subscribers.planted["recycled_numbers"]
    assert len(set(subscribers.number.tolist())) == subscribers.count - recycled


def test_the_currency_of_a_plan_is_that_of_its_account(traffic: Traffic) -> None:
    s = traffic.subscribers
    for plan in (s.plan, s.next_plan):
        for index in range(s.count):
            currency = REFERENCE.currency_of_plan[s.plans[plan[index]]]
            assert currency == MARKETS[s.market[index]].currency


def test_the_digits_that_rating_sees_of_a_called_number_tell_its_zone(
    traffic: Traffic, events: Events
) -> None:
    """Nine digits at most, and never the last four."""
    called = events.other[(events.service == VOICE) | (events.service == SMS)]
    zones = {number: zone_of(str(number)) for number in called.tolist()}
    assert {n: zone_of(str(n)[: min(9, len(str(n)) - 4)]) for n in zones} == zones
    assert None not in zones.values() and len(set(zones.values())) > 10


def zone_of(digits: str) -> str | None:
    prefixes = (digits[:length] for length in range(len(digits), 0, -1))
    return next((z for p in prefixes if (z := REFERENCE.zone_of_prefix.get(p))), None)


def test_households_share_a_plan_all_the_time(traffic: Traffic) -> None:
    s = traffic.subscribers
    members = np.flatnonzero(np.isin(s.account, s.account[s.household_heads]))
    plans = {s.plans[plan] for plan in s.plan[members]}
    assert plans == {"eur_family", "gbp_fleet"}
    assert not plans & {s.plans[plan] for plan in np.delete(s.plan, members)}
    assert set(members.tolist()) <= set(np.concatenate(s.plain).tolist())
    assert (s.account_size[members] > 1).all()


def test_ordinary_events_are_rated(events: Events) -> None:
    natural = {Outcome.RATED, Outcome.SUBSCRIPTION_SUSPENDED, Outcome.UNKNOWN_ACCOUNT}
    assert set(events.outcome.tolist()) <= natural
    assert (events.outcome[events.service == SMS] == Outcome.RATED).mean() > 0.98


def test_no_floating_point_number_is_written(tmp_path: Path) -> None:
    manifest = generate(tmp_path, subscribers=30, events=600, seed=2)
    assert list(floats(manifest)) == []


def floats(value: object) -> list[float]:
    if isinstance(value, float):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for part in parts for found in floats(part)]
