"""Random usage of a world: events of all kinds, their copies and their corrections."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random

from tests.oracle.world_frame import MOST_UNITS, NETWORKS, Frame, Row, Rows

# a session of two of the second is beyond the limit
VAST_QUANTITIES = (MOST_UNITS, "500000000000", "1000000", "0.000001", "123456789012.345678")
TOO_VAST = ("1000000000000", "999999999999999.999999", "-2678401", "2678400", "2678401.000001")


def events(frame: Frame, first: int, count: int) -> Rows:
    return [event(frame, number) for number in range(first, first + count)]


def event(frame: Frame, number: int, service: str | None = None) -> Row:
    random = frame.random
    if service is None:
        # a word that no services file knows is priced by tariffs for any service only
        service = frame.id("odd") if frame.chance(0.02) else half(frame, frame.services)
    started_at = frame.moment()
    if frame.chance(0.1):
        started_at += timedelta(microseconds=random.randrange(1_000_000))
    if frame.chance(0.08):
        started_at += timedelta(days=30)  # a cycle later
    is_known = frame.chance(0.93)
    subscriber = half(frame, frame.numbers) if is_known else f"7{frame.digits}99999"
    return {
        "event_id": frame.id(f"event-{number:03d}"),
        "service": service,
        "direction": random.choice(("", "out", "out", "out", "in")),
        "subscriber": random.choice(("", "+", "00")) + subscriber,
        "counterparty": counterparty(frame, service),
        "started_at": frame.write(started_at),
        "quantity": quantity(frame, service == "voice" or service.endswith("-talk")),
        "serving_network": random.choice(NETWORKS),
        "session_id": "",
        "partial_no": "",
        "kind": random.choice(("", "original")),
        "target_event_id": "",
    }


def half(frame: Frame, words: Sequence[str]) -> str:
    """A word, half of the time the first: so some cycles have many events under one tariff."""
    return words[0] if frame.chance(0.5) else frame.random.choice(words)


def counterparty(frame: Frame, service: str) -> str:
    """A call or message goes to a number or to nobody said; other services also to a name."""
    allowed = frame.counterparties
    if service in ("voice", "sms"):
        allowed = [text for text in allowed if not text or text.strip("+").isdigit()]
    return frame.random.choice(allowed)


def quantity(frame: Frame, is_timed: bool) -> str:
    random = frame.random
    if frame.chance(0.04):
        return random.choice(("0", "0.000000"))
    if frame.chance(0.01):
        return random.choice(TOO_VAST)
    if frame.is_vast and not is_timed and frame.chance(0.25):
        return random.choice(("", "", "-")) + random.choice(VAST_QUANTITIES)
    if is_timed:
        size = random.choice(
            (
                str(random.randint(1, 59)),
                str(random.randint(1, 120) * 60),
                str(random.randint(1, 7200)),
                f"{random.randint(1, 7200)}.{random.randint(1, 999):03d}",
                str(random.randint(3600, 30 * 3600)),
                str(random.randint(2 * 86400, 5 * 86400)),
            )
        )
    else:
        size = random.choice(
            (
                "1",
                "2",
                str(random.randint(1, 12)),
                str(random.randint(1, 10**10)),
                str(random.randint(1, 5000)),
                str(1024 * random.randint(1, 5000)),
                "2.5",
                "0.000001",
            )
        )
    return ("-" if frame.chance(0.08) else "") + size


def sessions(frame: Frame, rows: Rows) -> Rows:
    """Further parts of some events, which become first parts; some parts start before the first."""
    found = []
    for number, row in enumerate(frame.random.sample(rows, len(rows) // 8)):
        row |= {"session_id": frame.id(f"session-{number % 5}"), "partial_no": "1"}
        found += [
            {
                **row,
                "event_id": f"{row['event_id']}-p{part}",
                "partial_no": frame.random.choice((str(part), str(part), "")),
                "quantity": quantity(frame, row["service"] == "voice"),
                "started_at": frame.random.choice((row["started_at"], frame.write(frame.moment()))),
            }
            for part in range(2, 2 + frame.random.randint(0, 3))
        ]
    return found


def some_in_parts(rows: Rows, random: Random) -> Rows:
    """Some events, each as the records of a session with the same units in all.

    Only events that nothing else names; the first part keeps the event's id and start.
    """
    named = Counter(row["event_id"] for row in rows)
    named.update(row["target_event_id"] for row in rows)
    found = []
    for row in rows:
        is_alone = named[row["event_id"]] == 1 and row["kind"] in ("", "original")
        if not is_alone or row["session_id"] or random.random() < 0.7:
            found.append(row)
            continue
        whole = Decimal(row["quantity"])
        some = (whole / 3).quantize(Decimal("0.000001"), ROUND_DOWN)
        found += [
            {
                **row,
                "event_id": row["event_id"] + (f"-q{number}" if number else ""),
                "quantity": str(part),
                "session_id": f"{row['event_id']}-in-parts",
                "partial_no": str(number),
            }
            for number, part in enumerate((some, whole - 2 * some, some))
        ]
    return found


def copies(frame: Frame, rows: Rows) -> Rows:
    """The same records again, some written in another way."""
    found = []
    for row in frame.random.sample(rows, len(rows) // 12):
        same = {**row, "subscriber": row["subscriber"].removeprefix("+")}
        found.append(same if frame.chance(0.5) else row)
    return found


def conflicts(frame: Frame, rows: Rows) -> Rows:
    """The same events with another content: which one stays depends on what was known first."""
    chosen = frame.random.sample(rows, len(rows) // 20)
    return [{**row, "quantity": str(frame.random.randint(61, 99))} for row in chosen]


def corrections(frame: Frame, rows: Rows, *, most: int) -> Rows:
    """Replaces and cancels of some events, at most `most` of each, and of one nobody knows."""
    found = []
    for row in frame.random.sample(rows, len(rows) // 8):
        targets = [row["event_id"]]
        for number in range(frame.random.randint(1, most)):
            target = frame.random.choice(targets)
            found.append(correction(frame, row, f"{row['event_id']}-c{number}", target))
            if target == row["event_id"]:
                targets.append(found[-1]["event_id"])
    if frame.chance(0.3):
        lost = frame.id("event-lost")
        found.append(correction(frame, rows[0], f"{lost}-c0", lost))
    return found


def correction(frame: Frame, row: Row, event_id: str, target: str) -> Row:
    kind = "cancel" if frame.chance(0.4) else "replace"
    changed = event(frame, 0, row["service"])
    content = {**row, "quantity": changed["quantity"]} if frame.chance(0.7) else {**row, **changed}
    is_under_its_own_id = target != row["event_id"] or frame.chance(0.7)
    return {
        **(row if kind == "cancel" else content),
        "event_id": event_id if is_under_its_own_id else row["event_id"],
        "kind": kind,
        "target_event_id": target if is_under_its_own_id else "",
    }
