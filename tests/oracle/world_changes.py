"""What a later wave mends in the reference: each change is a new fact about old usage."""

from datetime import timedelta

from tests.oracle.world_billing import (
    ended_plan,
    other_discount,
    other_fee,
    other_price,
    other_proration,
    other_tax,
    other_tax_code,
)
from tests.oracle.world_bundles import other_bundle
from tests.oracle.world_frame import PREFIX_DIGITS, SERVICES, Files, Frame
from tests.oracle.world_places import minutes
from tests.oracle.world_tariffs import PRICES, VAST_PRICES, add_tariff, money


def changed(frame: Frame, before: Files) -> Files:
    """The reference of the next wave: a few random changes, or none at all."""
    files = {name: [dict(row) for row in rows] for name, rows in before.items()}
    changes = (
        new_tariff,
        new_tariff,
        new_money,
        new_price,
        dropped_tariff,
        ended_tariff,
        new_destination,
        any_destination,
        moved_destination,
        moved_hours,
        new_holiday,
        other_calendar,
        mended_currency,
        other_timing,
        other_bundle,
        other_bundle,
        other_fee,
        ended_plan,
        other_price,
        other_proration,
        other_tax,
        other_tax_code,
        other_discount,
    )
    for change in frame.random.sample(changes, frame.random.randint(0, 4)):
        change(frame, files)
    return files


def new_tariff(frame: Frame, files: Files) -> None:
    plan_id = frame.random.choice([*frame.plans, "*"])
    # plan * is every world's: it prices words of its own only
    own_words = [service for service in frame.services if service not in SERVICES]
    service = frame.random.choice(own_words if plan_id == "*" else frame.services)
    add_tariff(frame, files, plan_id, service)


def new_money(frame: Frame, files: Files) -> None:
    if files["tariffs"]:
        frame.random.choice(files["tariffs"]).update(money(frame))


def new_price(frame: Frame, files: Files) -> None:
    if files["tariff_steps"]:
        frame.random.choice(files["tariff_steps"])["price"] = frame.pick(PRICES, VAST_PRICES)


def dropped_tariff(frame: Frame, files: Files) -> None:
    if files["tariffs"]:
        gone = frame.random.choice(files["tariffs"])["tariff_id"]
        for name in ("tariffs", "tariff_steps"):
            files[name] = [row for row in files[name] if row["tariff_id"] != gone]


def ended_tariff(frame: Frame, files: Files) -> None:
    open_rows = [row for row in files["tariffs"] if not row["valid_from"] and not row["valid_to"]]
    if open_rows:
        frame.random.choice(open_rows)["valid_to"] = frame.write(frame.moment(24))


def new_destination(frame: Frame, files: Files) -> None:
    stem = frame.random.choice(files["destinations"])["prefix"].replace("*", f"8{frame.digits}2")
    prefix = stem[: PREFIX_DIGITS - 1] + str(frame.random.randrange(3))
    if prefix not in {row["prefix"] for row in files["destinations"]}:
        files["destinations"].append(
            {
                "prefix": prefix,
                "zone": frame.random.choice(frame.zones),
                "valid_from": "",
                "valid_to": "",
            }
        )


def any_destination(frame: Frame, files: Files) -> None:
    if "*" not in {row["prefix"] for row in files["destinations"]}:
        zone = frame.random.choice(frame.zones)
        row = {"prefix": "*", "zone": zone, "valid_from": "", "valid_to": ""}
        files["destinations"].append(row)


def moved_destination(frame: Frame, files: Files) -> None:
    row = frame.random.choice(files["destinations"][len(frame.zones) :])
    taken = {other["zone"] for other in files["destinations"] if other["prefix"] == row["prefix"]}
    free = [zone for zone in frame.zones if zone not in taken]
    row["zone"] = frame.random.choice(free) if free else row["zone"]


def moved_hours(frame: Frame, files: Files) -> None:
    """Another hour at which night ends and day begins, in one calendar."""
    calendar_id = frame.random.choice(files["time_bands"])["calendar_id"]
    morning = minutes(frame.random.choice((300, 391, 480)))
    for row in files["time_bands"]:
        if row["calendar_id"] == calendar_id and row["band"] == "day":
            row["from_time"] = morning
        if row["calendar_id"] == calendar_id and row["band"] == "night":
            row["to_time"] = morning


def new_holiday(frame: Frame, files: Files) -> None:
    calendar_id = frame.random.choice(files["time_bands"])["calendar_id"]
    away = timedelta(days=frame.random.randint(-2, 2))
    day = (frame.focus + away).date().isoformat()
    if (calendar_id, day) not in {(row["calendar_id"], row["date"]) for row in files["holidays"]}:
        files["holidays"].append({"calendar_id": calendar_id, "date": day, "name": "New feast"})


def other_calendar(frame: Frame, files: Files) -> None:
    plan_id = frame.random.choice(frame.plans)
    rest = [row for row in files["plan_calendars"] if row["plan_id"] != plan_id]
    if len(rest) == len(files["plan_calendars"]):
        calendar_id = files["time_bands"][0]["calendar_id"]
        rest.append({"plan_id": plan_id, "calendar_id": calendar_id})
    files["plan_calendars"] = rest


def mended_currency(frame: Frame, files: Files) -> None:
    for row in files["plans"]:
        row["currency"] = frame.currency


def other_timing(frame: Frame, files: Files) -> None:
    if frame.chance(0.3):
        row = frame.random.choice(files["services"])
        is_timed = row["is_timed"] == "true"
        row.update({"unit": "unit" if is_timed else "second"}, is_timed=str(not is_timed).lower())
