"""Random reference rows of a world: calendars, destinations, plans, tariffs and their steps."""

from datetime import timedelta

from tests.oracle import world_bundles
from tests.oracle.world_frame import ROAMING_ZONES, SERVICES, Files, Frame, Row, Rows

TIMED_EDGES = (30, 60, 100, 300, 3600, 20000)
UNTIMED_EDGES = (1, 2, 10, 1024, 1048576, 50000000)
TIMED_SIZES = ("1", "60", "7", "3600")
UNTIMED_SIZES = ("1", "7", "1024", "1048576")
TIMED_INCREMENTS = ("", "1", "6", "30", "60", "7", "60", "0.5")
UNTIMED_INCREMENTS = ("", "1", "1", "7", "1024", "1048576")
PRICES = ("0", "0.05", "0.1", "0.12345", "0.000001", "1", "0.015", "0.333333", "2.5")
BROAD = {"direction": "*", "roaming_zone": "", "destination_zone": "*", "band": ""}


def first_reference(frame: Frame) -> Files:
    """The reference rows that a world starts with."""
    timed, untimed = frame.id("talk"), frame.id("bits")
    frame.services = [*SERVICES, timed, untimed]
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
        for service in frame.random.sample(frame.services, frame.random.randint(3, 5)):
            if frame.chance(0.7):
                add_tariff(frame, files, plan_id, service, is_broad=True)
            for _ in range(frame.random.randint(1, 3)):
                add_tariff(frame, files, plan_id, service)
    for service in (timed, untimed):
        if frame.chance(0.6):
            add_tariff(frame, files, "*", service)
    return files


def plan(frame: Frame, plan_id: str) -> Rows:
    """A plan, sometimes in a foreign currency, sometimes in one after the other."""
    row = {
        "plan_id": plan_id, "name": plan_id, "currency": frame.currency, "recurring_fee": "",
        "prorate": "false", "tax_code": "", "valid_from": "", "valid_to": "",
    }  # fmt: skip
    if frame.chance(0.08):
        border = frame.write(frame.moment(24))
        ended = {**row, "currency": frame.random.choice(("CHF", frame.currency))}
        return [{**ended, "valid_to": border}, {**row, "valid_from": border}]
    return [{**row, "currency": "CHF" if frame.chance(0.08) else frame.currency}]


def destinations(frame: Frame) -> Rows:
    """Prefixes nested in one another, some in two zones at once, some for a time only."""
    random = frame.random
    stems = [f"8{frame.digits}"]
    while len(stems) < 8:
        stems.append(random.choice(stems)[:11] + str(random.randrange(3)))
    named = random.sample(stems, 6)
    rows = [
        {"prefix": f"8{frame.digits}9{number}", "zone": zone, "valid_from": "", "valid_to": ""}
        for number, zone in enumerate(frame.zones)
    ]
    for stem in dict.fromkeys(named):
        for zone in random.sample(frame.zones, 2 if frame.chance(0.3) else 1):
            border = frame.write(frame.moment(24)) if frame.chance(0.2) else ""
            ends = frame.chance(0.5)
            rows.append(
                {
                    "prefix": stem, "zone": zone,
                    "valid_from": "" if ends else border, "valid_to": border if ends else "",
                }
            )  # fmt: skip
    frame.counterparties = [
        random.choice(("", "+", "00")) + (stem + "".join(random.choices("012", k=length)))[:15]
        for stem in stems
        for length in (3, random.randint(3, 6))
    ]
    frame.counterparties += [
        f"8{frame.digits}",
        f"8{frame.digits}1",
        frame.id("apn.gprs"),
        "internet",
        "",
    ]
    if frame.chance(0.5):
        apn = random.choice((frame.id("apn"), frame.id("apn.gprs")))
        zone = random.choice(frame.zones)
        rows.append({"prefix": apn, "zone": zone, "valid_from": "", "valid_to": ""})
    return rows


def add_calendars(frame: Frame, files: Files) -> None:
    """Calendars without gaps: a base that covers the week, and rows that rank over it."""
    random = frame.random
    files["time_bands"], files["holidays"], files["plan_calendars"] = [], [], []
    frame.bands = ["am", "pm"]
    for number in range(random.randint(1, 2)):
        calendar_id = frame.id(f"calendar-{number}")
        morning, evening = random.choice((360, 420, 465)), random.choice((1080, 1200, 1310))
        base = [
            ("day", "*", morning, evening, "5"),
            ("night", "*", evening, morning, "5"),
            ("peak", "mon-fri", morning, evening, "3"),
            ("rest", random.choice(("sat,sun", "sat,sun,holiday")), 0, 1440, "4"),
            ("short", "*", 60, random.choice((90, 120, 150, 180)), "2"),
            ("feast", "holiday", random.choice((0, 0, 600)), 1440, ""),
            ("owl", "fri-sun", 1410, random.choice((15, 135)), "1"),
        ]
        chosen = base[:2] + [row for row in base[2:] if frame.chance(0.6)]
        files["time_bands"] += [
            {
                "calendar_id": calendar_id, "band": band, "days": days,
                "from_time": minutes(start), "to_time": minutes(end), "priority": priority,
            }
            for band, days, start, end, priority in chosen
        ]  # fmt: skip
        frame.bands += [row[0] for row in chosen]
        for away in random.sample(range(-2, 3), random.randint(0, 2)):
            day = (frame.focus + timedelta(days=away)).date().isoformat()
            files["holidays"].append({"calendar_id": calendar_id, "date": day, "name": "Feast"})
    calendars = list(dict.fromkeys(row["calendar_id"] for row in files["time_bands"]))
    files["plan_calendars"] = [
        {"plan_id": plan_id, "calendar_id": random.choice(calendars)}
        for plan_id in frame.plans
        if frame.chance(0.8)
    ]


def minutes(count: int) -> str:
    return f"{count // 60:02d}:{count % 60:02d}"


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
        "tier_scope": "period" if frame.chance(0.2) else random.choice(("event", "event", "")),
        "tier_mode": random.choice(("graduated", "graduated", "volume", "")),
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
    random = frame.random
    return {
        "connection_fee": random.choice(("", "", "0.05", "0.1", "0.333333", "2")),
        "min_charge": random.choice(("", "", "", "0.25", "1")),
        "max_charge": random.choice(("", "", "", "1.5", "20")),
        "rounding_scale": random.choice(("", "", "0", "1", "2", "3", "4", "6")),
        "rounding_mode": random.choice(("", "half_up", "half_even", "up", "down")),
    }


def steps(frame: Frame, tariff_id: str, timed: bool) -> Rows:
    random = frame.random
    edges = sorted(random.sample(TIMED_EDGES if timed else UNTIMED_EDGES, random.randint(0, 3)))
    ends = [*map(str, edges), *([""] if not edges or frame.chance(0.6) else [])]
    return [
        {
            "tariff_id": tariff_id,
            "step_no": str(number),
            "from_units": ends[number - 2] if number > 1 else "0",
            "to_units": end,
            "price": random.choice(PRICES),
            "unit_size": random.choice(TIMED_SIZES if timed else UNTIMED_SIZES),
            "increment": random.choice(TIMED_INCREMENTS if timed else UNTIMED_INCREMENTS),
            "flat_fee": random.choice(("", "", "", "0.1", "0.0125", "1")),
        }
        for number, end in enumerate(ends, start=1)
    ]
