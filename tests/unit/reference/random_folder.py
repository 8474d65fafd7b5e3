"""Random reference folders without a fault, and faults to plant in them one by one."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from ingestion.reference.files import FILES

Row = dict[str, str]
World = dict[str, list[Row]]
Fault = Callable[[st.DrawFn, World], tuple[str, int]]

WORDS = st.text("abcxyzÄ0_-", min_size=1, max_size=4)
START = datetime(2025, 1, 1, tzinfo=UTC)
UNITS = st.integers(1, 10**6).map(str)
PRICES = st.decimals(0, 10**6, places=4).map(str)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Rows by file, each file with at least one row."""
    plans = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    zones = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    world: World = {
        "services": [{"service": "voice", "unit": "second", "is_timed": "true"}],
        "plans": [
            {"plan_id": plan, "currency": "EUR", "recurring_fee": draw(PRICES), **validity}
            for plan in plans
            for validity in draw(validities())
        ],
        "destinations": [
            {"prefix": prefix, "zone": draw(st.sampled_from(zones)), **validity}
            for prefix in draw(
                st.sets(st.from_regex("[1-9][0-9]{0,8}", fullmatch=True), max_size=5)
            )
            for validity in [draw(validities())[0]]
        ]
        + [{"prefix": "*", "zone": zone} for zone in zones],
        "roaming_networks": [
            {"network": network, "zone": draw(WORDS)}
            for network in draw(st.sets(st.from_regex("[2-7][0-9]{2}", fullmatch=True), min_size=1))
        ],
        "time_bands": draw(calendars()),
        "holidays": [{"calendar_id": "c", "date": "2026-12-25"}],
        "plan_calendars": [{"plan_id": plan, "calendar_id": "c"} for plan in ["*", *plans]],
        "currencies": [{"currency": "EUR", "minor_digits": "2"}],
    }
    world["tariffs"] = [draw(tariffs(world, number)) for number in range(draw(st.integers(1, 4)))]
    world["tariff_steps"] = [
        step for tariff in world["tariffs"] for step in draw(steps(tariff["tariff_id"]))
    ]
    return world


@st.composite
def validities(draw: st.DrawFn) -> list[Row]:
    """Periods that follow each other; the ends may be open."""
    days = sorted(draw(st.sets(st.integers(0, 700), min_size=2, max_size=4)))
    moments = [(START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ") for day in days]
    if draw(st.booleans()):
        moments[-1] = ""
    return [{"valid_from": start, "valid_to": end} for start, end in pairwise(moments)]


@st.composite
def calendars(draw: st.DrawFn) -> list[Row]:
    """A calendar whose bands follow each other around the clock, on every day."""
    hours = sorted(draw(st.sets(st.integers(0, 23), min_size=1, max_size=3)))
    times = [f"{hour:02}:00" for hour in hours]
    return [
        {
            "calendar_id": "c",
            "band": f"b{times.index(start)}",
            "days": days,
            "from_time": start,
            "to_time": end,
        }
        for start, end in zip(times, [*times[1:], times[0]], strict=True)
        for days in draw(st.sampled_from([["*"], ["mon-fri", "sat,sun"], ["thu-tue", "wed"]]))
    ]


@st.composite
def tariffs(draw: st.DrawFn, world: World, number: int) -> Row:
    def one_of(file: str, column: str, *others: str) -> str:
        return draw(st.sampled_from([*others, *(row[column] for row in world[file])]))

    return {
        "tariff_id": f"t{number}",
        "plan_id": one_of("plans", "plan_id", "*"),
        "service": draw(st.sampled_from(["voice", "fax", "*"])),
        "roaming_zone": one_of("roaming_networks", "zone", "*", "", "home"),
        "destination_zone": one_of("destinations", "zone", "*", ""),
        "band": one_of("time_bands", "band", "*", ""),
        "connection_fee": draw(PRICES),
        **draw(validities())[0],
    }


@st.composite
def steps(draw: st.DrawFn, tariff_id: str) -> list[Row]:
    ends = sorted(draw(st.sets(st.integers(1, 10**6), max_size=3)))
    edges = ["0", *map(str, ends), ""]
    return [
        {
            "tariff_id": tariff_id,
            "step_no": str(number),
            "from_units": start,
            "to_units": end,
            "price": draw(PRICES),
            "unit_size": draw(UNITS),
            "increment": draw(UNITS | st.just("")),
        }
        for number, (start, end) in enumerate(pairwise(edges), 1)
    ]


def _put(file: str, column: str, value: str) -> Fault:
    """Plant a value in a random row of a file."""

    def plant(draw: st.DrawFn, world: World) -> tuple[str, int]:
        position = draw(st.integers(0, len(world[file]) - 1))
        world[file][position][column] = value
        return file, position + 2

    return plant


def _repeat(file: str) -> Fault:
    """Add a copy of a random row at the end of a file."""

    def plant(draw: st.DrawFn, world: World) -> tuple[str, int]:
        world[file].append(dict(draw(st.sampled_from(world[file]))))
        return file, len(world[file]) + 1

    return plant


def _lose_step(draw: st.DrawFn, world: World) -> tuple[str, int]:
    """Remove a tariff's first step: then it has none, or begins too late."""
    position = draw(
        st.sampled_from(
            [at for at, row in enumerate(world["tariff_steps"]) if row["step_no"] == "1"]
        )
    )
    tariff_id = world["tariff_steps"].pop(position)["tariff_id"]
    left = [row["tariff_id"] for row in world["tariff_steps"]]
    if tariff_id in left:
        return "tariff_steps", left.index(tariff_id) + 2
    tariff_ids = [row["tariff_id"] for row in world["tariffs"]]
    return "tariffs", tariff_ids.index(tariff_id) + 2


def _end_band_early(draw: st.DrawFn, world: World) -> tuple[str, int]:
    position = draw(st.integers(0, len(world["time_bands"]) - 1))
    row = world["time_bands"][position]
    row["to_time"] = f"{(int(row['to_time'][:2]) - 1) % 24:02}:59"
    return "time_bands", position + 2


FAULTS: dict[str, Fault] = {
    **{
        f"{file} twice": _repeat(file)
        for file in (
            "services",
            "plans",
            "tariffs",
            "tariff_steps",
            "destinations",
            "roaming_networks",
            "time_bands",
            "holidays",
            "plan_calendars",
            "currencies",
        )
    },
    "first step lost": _lose_step,
    "band ends early": _end_band_early,
    "unknown plan": _put("tariffs", "plan_id", "nobody"),
    "unknown zone": _put("tariffs", "destination_zone", "nowhere"),
    "unknown roaming zone": _put("tariffs", "roaming_zone", "nowhere"),
    "unknown band": _put("tariffs", "band", "never"),
    "unknown tariff": _put("tariff_steps", "tariff_id", "nothing"),
    "unknown calendar": _put("plan_calendars", "calendar_id", "none"),
    "no price": _put("tariff_steps", "price", ""),
    "negative fee": _put("tariffs", "connection_fee", "-0.01"),
    "no unit size": _put("tariff_steps", "unit_size", "0"),
    "ends at once": _put("plans", "valid_to", "2025-01-01T00:00:00Z"),
    "no offset": _put("plans", "valid_from", "2026-01-01T00:00:00"),
    "prefix with a blank": _put("destinations", "prefix", "49 30"),
}


@st.composite
def faulty_worlds(draw: st.DrawFn) -> tuple[World, str, tuple[str, int]]:
    """A world with one fault: the world, the fault's name, the file and row it is in."""
    world = draw(worlds())
    name = draw(st.sampled_from(sorted(FAULTS)))
    return world, name, FAULTS[name](draw, world)


def write_world(folder: Path, world: World) -> None:
    for name, rows in world.items():
        columns = [column.name for column in FILES[name].columns]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, columns)
            writer.writeheader()
            writer.writerows(rows)
