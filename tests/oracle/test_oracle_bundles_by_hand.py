"""Rule 8 of the oracle, worked by hand."""

from datetime import timedelta
from fractions import Fraction

from tests.oracle.examples import ACTIVATE, START, priced, rated, step, tariff, usage, verdicts
from tests.oracle.rating import Charge, Result
from tests.oracle.world_frame import Files, Row

# the tariff: 0.10 to connect and 0.01 a second; the cycle: 15 February to 15 March
PRICED = priced([tariff(connection_fee="0.10")], [step(price="0.60")])


def bundle(bundle_id: str = "b1", **given: str) -> Row:
    return {"bundle_id": bundle_id, "plan_id": "basic", "service": "voice", "units": "100", **given}


def with_bundles(*rows: Row) -> Files:
    return {**PRICED, "bundles": list(rows)}


def call(event_id: str, days: float, quantity: str = "60", **given: str) -> Row:
    return usage(event_id, quantity, started_at=(START + timedelta(days=days)).isoformat(), **given)


def add(action_id: str, days: float, **given: str) -> Row:
    return {
        "action_id": action_id,
        "effective_at": (START + timedelta(days=days)).isoformat(),
        "action": "add_bundle",
        "subscription_id": "s1",
        "bundle_id": "b1",
        **given,
    }


SECOND = {
    **ACTIVATE,
    "action_id": "n2",
    "subscription_id": "s2",
    "subscriber": "+491700000002",
}


def taken(result: Result) -> dict[str, Fraction]:
    return {name: charge.bundle_units for name, charge in sorted(result.charges.items())}


def amounts(result: Result) -> dict[str, Fraction]:
    return {name: charge.charge_amount for name, charge in sorted(result.charges.items())}


def rows(charge: Charge) -> list[tuple[str | None, int | None, Fraction, Fraction, Fraction]]:
    return [(s.bundle_id, s.step_no, s.units, s.billed_units, s.amount) for s in charge.segments]


def test_a_bundle_covers_the_first_units_and_the_fee_is_charged_once() -> None:
    result = rated(
        call("e2", 2, "60"),
        call("e1", 1, "60"),
        call("e3", 3, "60"),
        reference=with_bundles(bundle()),
    )
    assert taken(result) == {"e1": 60, "e2": 40, "e3": 0}
    # e2: the fee and 20 s at 0.01; e3: the fee and 60 s
    assert amounts(result) == {"e1": Fraction(1, 10), "e2": Fraction(3, 10), "e3": Fraction(7, 10)}
    assert rows(result.charges["e2"]) == [
        ("b1", None, 40, 40, 0),
        (None, 1, 20, 20, Fraction(2, 10)),
    ]


def test_a_bundle_may_waive_the_fee_also_when_it_runs_out() -> None:
    result = rated(call("e1", 1, "110"), reference=with_bundles(bundle(fee_mode="waive")))
    assert amounts(result) == {"e1": Fraction(1, 10)}


def test_units_are_rounded_up_to_blocks_inside_the_bundle() -> None:
    result = rated(
        call("e1", 1, "61"), call("e2", 2, "10"), reference=with_bundles(bundle(block="60"))
    )
    # 61 s are two blocks, of which 100 s are there: they cover all 61 s and leave nothing
    assert taken(result) == {"e1": 100, "e2": 0}
    assert rows(result.charges["e1"]) == [("b1", None, 61, 100, 0)]


def test_an_included_bundle_renews_with_the_cycle() -> None:
    result = rated(call("e1", 1, "100"), call("e2", 20, "100"), reference=with_bundles(bundle()))
    assert taken(result) == {"e1": 100, "e2": 100}


def test_rollover_carries_what_is_left_and_uses_it_first() -> None:
    result = rated(
        call("e1", 1, "70"),
        call("e2", 20, "20"),
        call("e3", 45, "150"),
        call("e4", 75, "150"),
        reference=with_bundles(bundle(rollover_cycles="1")),
    )
    # the second cycle has 30 and 100 and uses 20 of the 30; the third has 100 and 100; the fourth
    # has the 50 left of its own and nothing older: 150 - 100 of the second are 50 of the third
    assert taken(result) == {"e1": 70, "e2": 20, "e3": 150, "e4": 150}


def test_priority_then_scope_then_narrowness_then_expiry_decide() -> None:
    result = rated(
        call("e1", 1, "15"),
        actions=[add("x1", 0, bundle_id="late"), add("x2", 0, bundle_id="early")],
        reference=with_bundles(
            bundle("shared", units="1", scope="shared", priority="2"),
            bundle("own", units="2", priority="2"),
            bundle("first", units="3", scope="pooled", priority="1"),
            bundle("narrow", units="4", priority="2", direction="out"),
            bundle("late", units="5", plan_id="", rollover_cycles="1"),
            bundle("early", units="6", plan_id=""),
        ),
    )
    assert [s.bundle_id for s in result.charges["e1"].segments] == [
        "first",
        "narrow",
        "own",
        "shared",
        "early",
    ]


def test_an_add_on_is_usable_until_it_expires_or_is_removed() -> None:
    remove = {**add("x9", 2), "action": "remove_bundle"}
    ends = (START + timedelta(days=30)).isoformat()
    result = rated(
        call("e0", -1, "1"),
        call("e1", 0, "1"),
        call("e2", 2, "1"),
        call("e3", 14, "1"),
        actions=[add("x1", 0, quantity="2"), remove],
        reference=with_bundles(bundle(plan_id="")),
    )
    assert taken(result) == {"e0": 0, "e1": 1, "e2": 0, "e3": 0}
    longer = rated(
        call("e1", 1, "150"),
        call("e2", 29, "100"),
        call("e3", 30, "1"),
        actions=[add("x1", 0, quantity="2", expires_at=ends)],
        reference=with_bundles(bundle(plan_id="")),
    )
    assert taken(longer) == {"e1": 150, "e2": 50, "e3": 0}


def test_what_an_action_grants_has_the_decimals_of_usage() -> None:
    result = rated(
        call("e1", 1, "1"),
        actions=[add("x1", 0, quantity="0.333333")],
        reference=with_bundles(bundle(plan_id="", units="0.5")),
    )
    # 0.1666665 half up
    assert taken(result) == {"e1": Fraction("0.166667")}


def test_a_shared_bundle_is_of_the_account_and_a_pooled_one_counts_its_subscriptions() -> None:
    for scope, size in (("own", (60, 60)), ("shared", (60, 40)), ("pooled", (60, 60))):
        result = rated(
            call("e1", 1, "60"),
            call("e2", 2, "60", subscriber="491700000002"),
            actions=[SECOND],
            reference=with_bundles(bundle(scope=scope)),
        )
        assert taken(result) == {"e1": size[0], "e2": size[1]}, scope


def test_a_refund_mirrors_its_event_and_takes_nothing() -> None:
    result = rated(
        call("e1", 1, "-60"),
        call("e2", 2, "100"),
        call("e3", 3, "-60"),
        reference=with_bundles(bundle()),
    )
    assert taken(result) == {"e1": -60, "e2": 100, "e3": 0}
    assert amounts(result)["e1"] == Fraction(-1, 10)


def test_what_no_tariff_prices_takes_nothing_of_a_bundle() -> None:
    result = rated(
        call("e1", 1, "60", service="data"),
        call("e2", 2, "100"),
        reference=with_bundles(bundle(service="*")),
    )
    assert verdicts(result)[0] == ("suspended", "no_tariff")
    assert taken(result) == {"e2": 100}


def test_steps_count_what_bundles_leave() -> None:
    steps = [step(hi="30", price="0.60"), step(step_no="2", lo="30", price="0.30")]
    result = rated(
        call("e1", 1, "150"),
        reference={**priced([tariff(min_charge="5")], steps), "bundles": [bundle()]},
    )
    # 50 s are left: 30 at 0.01 and 20 at 0.005, and the minimum holds for them
    assert rows(result.charges["e1"])[1:] == [
        (None, 1, 30, 30, Fraction(3, 10)),
        (None, 2, 20, 20, Fraction(1, 10)),
    ]
    assert amounts(result) == {"e1": 5}
    covered = rated(
        call("e1", 1, "90"),
        reference={**priced([tariff(min_charge="5")], steps), "bundles": [bundle()]},
    )
    assert amounts(covered) == {"e1": 0}
