"""Random accounts and action histories of a world."""

from datetime import datetime, timedelta

from tests.oracle.world_frame import PLACES, Frame, Row, Rows

LONG_AGO = timedelta(days=200)
# hours around the focus in which some things happen that only fees notice
FAR_HOURS = 24 * 25


def accounts(frame: Frame) -> Rows:
    """Accounts from long ago; some move to another zone or bill day near the focus."""
    rows = []
    for number in range(frame.random.randint(2, 3)):
        rows.append(account(frame, number, frame.focus - LONG_AGO))
        if frame.chance(0.25):
            rows.append(account(frame, number, frame.moment(30)))
        if frame.chance(0.2):
            rows.append(account(frame, number, frame.moment(FAR_HOURS)))
    return rows


def account(frame: Frame, number: int, effective_at: datetime) -> Row:
    random = frame.random
    elsewhere = random.choice(PLACES)[0]
    return {
        "account_id": frame.id(f"account-{number}"),
        "parent_account_id": parent(frame),
        "name": f"Account {number}",
        "currency": "CHF" if frame.chance(0.04) else frame.currency,
        "time_zone": frame.time_zone if frame.chance(0.7) else elsewhere,
        "bill_day": random.choice(("", "1", "28", str(random.randint(1, 28)))),
        "tax_profile": frame.id("profile") if frame.chance(0.8) else "",
        "credit_limit": random.choice(("", "100", "0.5")),
        "effective_at": frame.write(effective_at),
    }


def parent(frame: Frame) -> str:
    """Mostly nobody; also an account that is above itself, or that nobody knows."""
    return frame.id(f"account-{frame.random.choice((0, 1, 9))}") if frame.chance(0.3) else ""


def histories(frame: Frame) -> Rows:
    """What happened to each subscription: all begin long ago, much happens near the focus."""
    rows: Rows = []
    for number in range(frame.random.randint(3, 5)):
        frame.numbers.append(f"7{frame.digits}{number:05d}")
        started = frame.focus - LONG_AGO if frame.chance(0.9) else frame.moment(40)
        rows.append(action(frame, rows, number, "activate", started, number))
        for _ in range(frame.random.randint(0, 4)):
            rows.append(random_action(frame, rows, number))
        if frame.chance(0.3):
            rows.append(random_action(frame, rows, number, frame.moment(FAR_HOURS)))
    if frame.chance(0.6):
        rows += moved_number(frame, rows)
    if frame.chance(0.4):
        rows += same_instant(frame, rows)
    return rows


def random_action(frame: Frame, rows: Rows, number: int, at: datetime | None = None) -> Row:
    kind = frame.random.choice(
        ("change_plan",) * 4 + ("suspend", "terminate") + ("resume", "activate") * 3
    )
    return action(frame, rows, number, kind, at or frame.moment(40), None)


def action(frame: Frame, rows: Rows, number: int, kind: str, at: datetime, line: int | None) -> Row:
    """One action on subscription `number`; `line` gives it that number of the world's."""
    starts = line is not None
    plan = frame.random.choice(frame.plans)
    owner = min(number, 1) if starts or frame.chance(0.05) else None
    return {
        "action_id": frame.id(f"action-{len(rows) + frame.random.randrange(10) * 100:03d}"),
        "effective_at": frame.write(at),
        "action": kind,
        "subscription_id": frame.id(f"subscription-{number}"),
        "account_id": "" if owner is None else frame.id(f"account-{owner}"),
        "subscriber": "" if line is None else dressed(frame, frame.numbers[line]),
        "plan_id": plan if starts or kind == "change_plan" else "",
    }


def dressed(frame: Frame, number: str) -> str:
    return frame.random.choice(("", "+", "00")) + number


def moved_number(frame: Frame, rows: Rows) -> Rows:
    """A number that another subscription takes, by a new start or by a change of number."""
    taker = len(frame.numbers)
    line = frame.random.randrange(len(frame.numbers))
    if frame.chance(0.5):
        return [action(frame, rows, taker, "activate", frame.moment(30), line)]
    frame.numbers.append(f"7{frame.digits}{taker:05d}")
    begun = action(frame, rows, taker, "activate", frame.focus - LONG_AGO, taker)
    return [begun, action(frame, [*rows, begun], taker, "change_plan", frame.moment(30), line)]


def same_instant(frame: Frame, rows: Rows) -> Rows:
    """Two actions on one subscription at one instant: the order is that of their ids."""
    at, number = frame.moment(30), frame.random.randrange(3)
    first = random_action(frame, rows, number, at)
    return [first, random_action(frame, [*rows, first], number, at)]
