"""Random plans and tariffs of a world with their steps."""

from decimal import Decimal

from tests.oracle import world_bundles
from tests.oracle.world_billing import add_billing
from tests.oracle.world_frame import (
    LEAST_MONEY,
    LEAST_UNITS,
    MOST_MONEY,
    MOST_UNITS,
    ROAMING_ZONES,
    SERVICES,
    Files,
    Frame,
    Row,
    Rows,
)
from tests.oracle.world_places import add_calendars, destinations

TIMED_EDGES = (30, 60, 100, 300, 3600, 20000)
UNTIMED_EDGES = (1, 2, 10, 1024, 1048576, 50000000)
TIMED_SIZES = ("1", "60", "7", "3600")
UNTIMED_SIZES = ("1", "7", "1024", "1048576")
TIMED_INCREMENTS = ("", "1", "6", "30", "60", "7", "60", "0.5")
UNTIMED_INCREMENTS = ("", "1", "1", "7", "1024", "1048576")
PRICES = ("0", "0.05", "0.1", "0.12345", "0.000001", "1", "0.015", "0.333333", "2.5")
VAST_PRICES = (MOST_MONEY, LEAST_MONEY, "1000000", "123456789.0123456789")
VAST_SIZES = (MOST_MONEY, LEAST_MONEY, "0.001", "1048576.0000000007", "1000000007")
VAST_INCREMENTS = (MOST_UNITS, LEAST_UNITS, "100000000000")
VAST_MONEY = (MOST_MONEY, LEAST_MONEY, "999999999999")
BROAD = {"direction": "*", "roaming_zone": "", "destination_zone": "*", "band": ""}


def first_reference(frame: Frame) -> Files:
    """The reference rows that a world starts with."""
    timed, untimed = frame.id("talk"), frame.id("bits")
    frame.services = frame.random.sample([*SERVICES, timed, untimed], 5)
    frame.zones = [frame.id(f"zone-{letter}") for letter in "abcd"]
    frame.plans = [frame.id(f"plan-{number}") for number in range(frame.random.randint(1, 4))]
    files: Files = {
        "services": [
            {"service": timed, "unit": "second", "is_timed": "true"},
            {"service": untimed, "unit": "unit", "is_timed": "false"},
        ],
        "plans": [row for plan_id in frame.plans for row in plan(frame, plan_id)],
        "destinations": destinations(frame),
        "tariffs": [],
        "tariff_steps": [],
    }
    add_calendars(frame, files)
    files["bundles"] = world_bundles.bundles(frame)
    for plan_id in frame.plans:
        for service in frame.random.sample(frame.services, frame.random.randint(4, 5)):
            if frame.chance(0.8):
                add_tariff(frame, files, plan_id, service, is_broad=True)
            for _ in range(frame.random.randint(1, 3)):
                add_tariff(frame, files, plan_id, service)
    for service in (timed, untimed):
        if frame.chance(0.6):
            add_tariff(frame, files, "*", service)
    add_billing(frame, files)
    return files


def plan(frame: Frame, plan_id: str) -> Rows:
    """A plan, sometimes in a foreign currency, sometimes in one after the other."""
    row = {
        "plan_id": plan_id,
        "name": plan_id,
        "currency": frame.currency,
        "recurring_fee": "",
        "prorate": "false",
        "tax_code": "",
        "valid_from": "",
        "valid_to": "",
    }
    if frame.chance(0.08):
        border = frame.write(frame.moment(24))
        ended = {**row, "currency": frame.random.choice(("CHF", frame.currency))}
        return [{**ended, "valid_to": border}, {**row, "valid_from": border}]
    return [{**row, "currency": "CHF" if frame.chance(0.08) else frame.currency}]


def add_tariff(
    frame: Frame, files: Files, plan_id: str, service: str, *, is_broad: bool = False
) -> None:
    """One tariff with its steps, sometimes in two versions around a moment near the focus.

    A broad one prices the service everywhere and always.
    """
    random = frame.random
    frame.tariffs += 1
    tariff_id = frame.id(f"tariff-{frame.tariffs:02d}")
    row = {
        "tariff_id": tariff_id,
        "plan_id": plan_id,
        "service": "*" if plan_id != "*" and frame.chance(0.05) else service,
        "direction": random.choice(("out", "out", "*", "", "in")),
        "roaming_zone": random.choice(("home", "home", "*", "", random.choice(ROAMING_ZONES))),
        "destination_zone": random.choice(("*", "", random.choice(frame.zones))),
        "band": random.choice(("*", "*", "", random.choice(frame.bands))),
        "tier_scope": "period" if frame.chance(0.4) else random.choice(("event", "event", "")),
        "tier_mode": random.choice(("graduated", "volume", "volume", "")),
        "beyond_last_step": random.choice(("last_price", "last_price", "free", "suspend", "")),
        "tax_code": "",
        "priority": random.choice(("", "1", "2", "2")),
        **money(frame),
        "valid_from": "",
        "valid_to": "",
        **(BROAD if is_broad else {}),
    }
    if not frame.chance(0.2):
        files["tariffs"].append(row)
    else:
        border = frame.write(frame.moment(24))
        files["tariffs"].append({**row, "valid_to": border})
        if frame.chance(0.8):
            files["tariffs"].append({**row, **money(frame), "valid_from": border})
    files["tariff_steps"] += steps(frame, tariff_id, is_timed(files, service))


def is_timed(files: Files, service: str) -> bool:
    timed = {row["service"] for row in files["services"] if row["is_timed"] == "true"}
    return service == "voice" or service in timed


def money(frame: Frame) -> Row:
    least = frame.pick(("", "", "", "0.25", "1"), VAST_MONEY, 0.1)
    most = frame.pick(("", "", "", "1.5", "20"), VAST_MONEY, 0.1)
    return {
        "connection_fee": frame.pick(("", "", "0.05", "0.1", "0.333333", "2"), VAST_MONEY),
        "min_charge": "" if most and least and Decimal(least) > Decimal(most) else least,
        "max_charge": most,
        "rounding_scale": frame.pick(("", "", "0", "1", "2", "3", "4", "6"), ("0", "8", "10")),
        "rounding_mode": frame.random.choice(("", "half_up", "half_even", "up", "down")),
    }


def steps(frame: Frame, tariff_id: str, timed: bool) -> Rows:
    ends = step_ends(frame, timed)
    return [
        {
            "tariff_id": tariff_id,
            "step_no": str(number),
            "from_units": ends[number - 2] if number > 1 else "0",
            "to_units": end,
            "price": frame.pick(PRICES, VAST_PRICES),
            "unit_size": frame.pick(TIMED_SIZES if timed else UNTIMED_SIZES, VAST_SIZES),
            "increment": frame.pick(
                TIMED_INCREMENTS if timed else UNTIMED_INCREMENTS, VAST_INCREMENTS, 0.15
            ),
            "flat_fee": frame.pick(("", "", "", "0.1", "0.0125", "1"), VAST_MONEY, 0.1),
        }
        for number, end in enumerate(ends, start=1)
    ]


def step_ends(frame: Frame, timed: bool) -> list[str]:
    """Where the steps end, the last one mostly nowhere."""
    edges = TIMED_EDGES if timed else UNTIMED_EDGES
    ends = [str(edge) for edge in sorted(frame.random.sample(edges, frame.random.randint(0, 3)))]
    if frame.is_vast and frame.chance(0.3):
        ends = [LEAST_UNITS, *ends, MOST_UNITS]
    return [*ends, *([""] if not ends or frame.chance(0.6) else [])]
