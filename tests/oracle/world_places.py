"""Random destinations and calendars of a world: where and when usage has another price."""

from datetime import timedelta

from tests.oracle.world_frame import PREFIX_DIGITS, Files, Frame, Rows

MOST_DIGITS = 15
SHORT_CODES = ("110", "0110", "1234", "12345", "116117")


def destinations(frame: Frame) -> Rows:
    """Prefixes nested in one another, some in two zones at once, some for a time only."""
    random = frame.random
    stems = [f"8{frame.digits}", f"8{frame.digits}".ljust(PREFIX_DIGITS, "1")]
    while len(stems) < 9:
        stems.append(random.choice(stems)[: PREFIX_DIGITS - 1] + str(random.randrange(3)))
    rows = [
        {"prefix": f"8{frame.digits}9{number}", "zone": zone, "valid_from": "", "valid_to": ""}
        for number, zone in enumerate(frame.zones)
    ]
    for stem in dict.fromkeys(random.sample(stems, 7)):
        for zone in random.sample(frame.zones, 2 if frame.chance(0.3) else 1):
            border = frame.write(frame.moment(24)) if frame.chance(0.2) else ""
            begins, ends = random.choice(((border, ""), ("", border)))
            rows.append({"prefix": stem, "zone": zone, "valid_from": begins, "valid_to": ends})
    frame.counterparties = [number(frame, stem) for stem in stems for _ in range(3)]
    frame.counterparties += [*random.sample(SHORT_CODES, 2), f"8{frame.digits}1"]
    frame.counterparties += [frame.id("apn.gprs"), "internet", ""]
    if frame.chance(0.5):
        apn = random.choice((frame.id("apn"), frame.id("apn.gprs")))
        zone = random.choice(frame.zones)
        rows.append({"prefix": apn, "zone": zone, "valid_from": "", "valid_to": ""})
    return rows


def number(frame: Frame, stem: str) -> str:
    """A number that begins with a stem, of which all, some or nothing is kept."""
    rest = "".join(frame.random.choices("012", k=frame.random.choice((0, 2, 4, 4, 5, 6, 10))))
    return frame.random.choice(("", "+", "00")) + (stem + rest)[:MOST_DIGITS]


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
                "calendar_id": calendar_id,
                "band": band,
                "days": days,
                "from_time": minutes(start),
                "to_time": minutes(end),
                "priority": priority,
            }
            for band, days, start, end, priority in chosen
        ]
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
