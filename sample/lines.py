"""Usage events as lines of a feed file, in the styles that a real operator's switches differ in."""

import json
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sample.calendar import (
    DAY,
    DAYS,
    PERIOD_FROM,
    START,
    LocalTime,
    dates_from,
    iso_offset,
)
from sample.events import (
    APNS,
    BAD_NETWORK,
    CONTENT,
    CONTENTS,
    DATA,
    KINDS,
    NO_NETWORK,
    OWN_NETWORK,
    SERVICES,
    Events,
)
from sample.zones import HOME_NETWORK

Integers = npt.NDArray[np.int64]
USAGE_COLUMNS = (
    "event_id",
    "service",
    "direction",
    "subscriber",
    "counterparty",
    "started_at",
    "quantity",
    "serving_network",
    "session_id",
    "partial_no",
    "kind",
    "target_event_id",
)
UNLISTED_NETWORK = "99942"


@dataclass(frozen=True)
class Style:
    """How one switch writes its files."""

    extension: str
    is_local_time: bool
    number_prefix: str
    states_defaults: bool

    @property
    def is_json(self) -> bool:
        return self.extension.startswith("jsonl")

    @property
    def header(self) -> list[str]:
        return [] if self.is_json else [",".join(USAGE_COLUMNS)]


STYLES = (
    Style("csv", True, "", True),
    Style("csv.gz", False, "+", False),
    Style("csv.zst", True, "00", True),
    Style("jsonl", False, "+", False),
)
TIMES = pa.array(
    [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)], pa.string()
)
# the day before the period too: it is still yesterday in the west when the period begins
DATES = pa.array(
    [f"{day}T" for day in dates_from(PERIOD_FROM.date() - timedelta(days=1), DAYS + 3)], pa.string()
)


def usage_lines(events: Events, style: Style, clock: LocalTime, networks: list[str]) -> list[str]:
    """One line per event, without line ends."""
    columns = usage_columns(events, style, clock, networks)
    if style.is_json:
        return json_lines(columns)
    filled = [pc.fill_null(columns[name], "") for name in USAGE_COLUMNS]
    return pc.binary_join_element_wise(*filled, ",").to_pylist()


def usage_columns(
    events: Events, style: Style, clock: LocalTime, networks: list[str]
) -> dict[str, pa.Array]:
    """The feed's columns as text; null is empty."""
    number = pc.cast(pa.array(events.number), pa.string())
    defaults = 0 if style.states_defaults else -1
    direction = np.where(events.direction == 0, defaults, events.direction)
    kind = np.where(events.kind == 0, defaults, events.kind)
    return {
        "event_id": pa.array(events.event_id, pa.string()),
        "service": named(SERVICES, events.service),
        "direction": named(("out", "in"), direction),
        "subscriber": joined(style.number_prefix, number),
        "counterparty": counterparties(events, style),
        "started_at": times(events, style, clock),
        "quantity": pc.cast(pa.array(events.quantity), pa.string()),
        "serving_network": serving_networks(events.network, networks),
        "session_id": sessions(events.session),
        "partial_no": pa.nulls(events.count, pa.string()),
        "kind": named(KINDS, kind),
        "target_event_id": pa.array(
            [target or None for target in events.target.tolist()], pa.string()
        ),
    }


def named(names: tuple[str, ...], index: Integers) -> pa.Array:
    """Text by index; -1 is null."""
    table = pa.array([*names, None], pa.string())
    return table.take(pa.array(np.where(index < 0, len(names), index)))


def joined(prefix: str, text: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(prefix), text, "") if prefix else text


def counterparties(events: Events, style: Style) -> pa.Array:
    called = joined(style.number_prefix, pc.cast(pa.array(events.other), pa.string()))
    is_data, is_content = events.service == DATA, events.service == CONTENT
    apn = named(APNS, np.where(is_data, events.other, -1))
    content = named(CONTENTS, np.where(is_content, events.other, -1))
    return pc.if_else(pa.array(is_data), apn, pc.if_else(pa.array(is_content), content, called))


def times(events: Events, style: Style, clock: LocalTime) -> pa.Array:
    if not style.is_local_time:
        offset = np.zeros(events.count, dtype=np.int64)
        suffix = pa.array(["Z"]).take(pa.array(offset))
    else:
        offset = clock.offset(events.market, events.started_at)
        known, index = np.unique(offset, return_inverse=True)
        suffix = pa.array([iso_offset(int(o)) for o in known], pa.string()).take(pa.array(index))
    local = events.started_at + offset - (START - DAY)
    date = DATES.take(pa.array(local // DAY))
    return pc.binary_join_element_wise(date, TIMES.take(pa.array(local % DAY)), suffix, "")


def serving_networks(network: Integers, networks: list[str]) -> pa.Array:
    index = np.select(
        [network == NO_NETWORK, network == OWN_NETWORK, network == BAD_NETWORK],
        [-1, len(networks), len(networks) + 1],
        network,
    )
    return named((*networks, HOME_NETWORK, UNLISTED_NETWORK), index)


def sessions(session: Integers) -> pa.Array:
    text = joined("S", pc.cast(pa.array(session), pa.string()))
    return pc.if_else(pa.array(session >= 0), text, pa.scalar(None, pa.string()))


def json_lines(columns: dict[str, pa.Array]) -> list[str]:
    """JSON objects without the null fields; no value of ours needs escaping."""
    first = joined('{"event_id":"', columns["event_id"])
    parts = [pc.binary_join_element_wise(first, '"', "")]
    for name in USAGE_COLUMNS[1:]:
        part = pc.binary_join_element_wise(f',"{name}":"', columns[name], '"', "")
        parts.append(pc.fill_null(part, ""))
    return pc.binary_join_element_wise(*parts, "}", "").to_pylist()


def set_field(line: str, style: Style, name: str, value: str) -> str:
    """The same line with another value of one field."""
    if style.is_json:
        return json.dumps(json.loads(line) | {name: value}, separators=(",", ":"))
    fields = line.split(",")
    fields[USAGE_COLUMNS.index(name)] = value
    return ",".join(fields)
