"""Random bundles of a world, and who adds and removes them."""

from datetime import timedelta

from tests.oracle.world_frame import LEAST_UNITS, MOST_UNITS, ROAMING_ZONES, Files, Frame, Row, Rows

SIZES = ("0.5", "1", "60", "100", "600", "3600", "50000", "5000000")
BLOCKS = ("", "", "1", "7", "60", "1024")
VAST_UNITS = (MOST_UNITS, LEAST_UNITS, "0.333333")


def bundles(frame: Frame) -> Rows:
    """Some worlds have none; some are included in plans, the others are added on."""
    count = frame.random.choice((0, 3, 5, 8))
    rows = []
    for number in range(count):
        row = bundle(frame, frame.id(f"bundle-{number}"))
        if frame.chance(0.2):
            border = frame.write(frame.moment(30))
            rows.append({**row, "valid_from": "", "valid_to": border})
            row = {**row, "units": frame.random.choice(SIZES), "valid_from": border}
        rows.append(row)
    return rows


def bundle(frame: Frame, bundle_id: str) -> Row:
    random = frame.random
    return {
        "bundle_id": bundle_id,
        "plan_id": random.choice((random.choice(frame.plans), frame.plans[0], "")),
        "service": random.choice((*frame.services[:2], *frame.services, "*")),
        "direction": random.choice(("", "*", "out")),
        "destination_zone": random.choice(("*", "", "", "*", random.choice(frame.zones))),
        "roaming_zone": random.choice(("home", "", "*", "*", random.choice(ROAMING_ZONES))),
        "band": random.choice(("*", "", "", "*", random.choice(frame.bands))),
        "units": frame.pick(SIZES, VAST_UNITS),
        "block": frame.pick(BLOCKS, VAST_UNITS),
        "scope": random.choice(("own", "", "shared", "pooled")),
        "priority": random.choice(("", "1", "1", "2")),
        "rollover_cycles": random.choice(("", "0", "1", "2")),
        "fee_mode": random.choice(("", "charge", "waive")),
        "price": "",
        "tax_code": "",
        "valid_from": frame.write(frame.moment(30)) if frame.chance(0.15) else "",
        "valid_to": "",
    }


def additions(frame: Frame, files: Files, actions: Rows) -> Rows:
    """Actions that add and remove bundles, also some that no reference knows."""
    random = frame.random
    names = [row["bundle_id"] for row in files["bundles"]] or [frame.id("bundle-9")]
    rows = []
    for number in range(random.randint(1, 8)):
        origin = random.choice(actions)
        at = frame.moment(60)
        expires_at = at + timedelta(hours=random.choice((1, 12, 40, 900)))
        kind = random.choice(("add_bundle",) * 4 + ("remove_bundle",))
        rows.append(
            {
                "action_id": frame.id(f"bundle-action-{number}"),
                "effective_at": frame.write(at),
                "action": kind,
                "subscription_id": origin["subscription_id"],
                "account_id": "",
                "subscriber": "",
                "plan_id": "",
                "bundle_id": random.choice((*names, *names, frame.id("bundle-9"))),
                "quantity": frame.pick(("", "1", "2", "0.5"), (*VAST_UNITS, "0")),
                "expires_at": frame.write(expires_at) if frame.chance(0.5) else "",
            }
        )
    return rows


def other_bundle(frame: Frame, files: Files) -> None:
    """A bundle mended: another size, or one more."""
    if files["bundles"] and frame.chance(0.6):
        frame.random.choice(files["bundles"])["units"] = frame.random.choice(SIZES)
    elif len(files["bundles"]) < 9:
        files["bundles"].append(bundle(frame, frame.id(f"bundle-{len(files['bundles']) + 10}")))
