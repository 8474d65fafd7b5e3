"""What random worlds bill by: fees, bundle prices, discounts, taxes and exchange rates."""

from datetime import timedelta

from tests.oracle.world_frame import Files, Frame, Row, Rows

FEES = ("", "0", "9.90", "29", "0.3333", "1000", "12.5")
PERCENTS = ("5", "10", "12.5", "33.33", "60", "100")
AMOUNTS = ("1", "5.00", "0.75", "250", "0.001")
RATES = ("0", "7", "19", "8.875", "25")
LATELY = 2025
CODES = ("standard", "reduced", "telecom")


def add_billing(frame: Frame, files: Files) -> None:
    """Give a world's plans, bundles and tariffs prices and tax codes, and what goes with it."""
    plans = [{**row, **fee(frame)} for row in files["plans"]]
    files["plans"] = [part for row in plans for part in in_versions(frame, row, fee(frame))]
    for plan_id in frame.plans:
        if frame.chance(0.15):
            # the account's currency is the plan's
            for row in files["plans"]:
                row["currency"] = "" if row["plan_id"] == plan_id else row["currency"]
    if frame.focus.year < LATELY:
        # else they would be billed for a hundred cycles
        end = frame.write(frame.focus + timedelta(days=100))
        for row in files["plans"]:
            row["valid_to"] = row["valid_to"] or end
    for row in files["bundles"]:
        row.update(price=frame.random.choice(FEES), tax_code=tax_code(frame))
    for row in files["tariffs"]:
        row["tax_code"] = tax_code(frame)
    files["taxes"] = taxes(frame)
    count = frame.random.choice((0, 0, 1, 3, 5))
    files["discounts"] = [row for number in range(count) for row in discount(frame, number)]


def fee(frame: Frame) -> Row:
    return {
        "recurring_fee": frame.random.choice(FEES),
        "prorate": frame.random.choice(("true", "true", "false", "")),
        "tax_code": tax_code(frame),
    }


def tax_code(frame: Frame) -> str:
    return frame.random.choice(("", *CODES, frame.id("code")))


def in_versions(frame: Frame, row: Row, other: Row) -> Rows:
    """A row, or one after another, sometimes with days between them, sometimes one that ends."""
    if row["valid_from"] or row["valid_to"] or not frame.chance(0.35):
        return [row]
    border = frame.moment(24 * 20)
    later = border + timedelta(days=frame.random.choice((0, 0, 0, 6)))
    ended = {**row, "valid_to": frame.write(border)}
    begun = {**row, **other, "valid_from": frame.write(later)}
    return [ended] if frame.chance(0.15) else [ended, begun]


def taxes(frame: Frame) -> Rows:
    """The taxes of the world's own profile, and of any for its own code; some change or end."""
    places = [(frame.id("profile"), code) for code in (*CODES, frame.id("code"), "*")]
    places = frame.random.sample(places, frame.random.randint(0, 5))
    if frame.chance(0.6):
        places.append(("*", frame.id("code")))
    empty = {"valid_from": "", "valid_to": ""}
    return [
        row
        for profile, code in places
        for row in in_versions(
            frame,
            {"tax_profile": profile, "tax_code": code, **tax_rate(frame), **empty},
            tax_rate(frame),
        )
    ]


def tax_rate(frame: Frame) -> Row:
    return {
        "rate_percent": frame.random.choice(RATES),
        "basis": frame.random.choice(("net", "gross", "")),
    }


def discount(frame: Frame, number: int) -> Rows:
    """A percent, an amount or both, of an account or of a plan."""
    random = frame.random
    plan_id = random.choice(frame.plans)
    account_id = frame.id(f"account-{random.randint(0, 1)}")
    is_of_account = frame.chance(0.5)
    row = {
        "discount_id": frame.id(f"discount-{number}"),
        "plan_id": "" if is_of_account else plan_id,
        "account_id": account_id if is_of_account else "",
        "on": random.choice(("usage", "recurring", "total")),
        **taken_off(frame),
        "valid_from": "",
        "valid_to": "",
    }
    return in_versions(frame, row, taken_off(frame))


def taken_off(frame: Frame) -> Row:
    kind = frame.random.choice(("percent", "amount", "both"))
    return {
        "percent": "" if kind == "amount" else frame.random.choice(PERCENTS),
        "amount": "" if kind == "percent" else frame.random.choice(AMOUNTS),
    }


def ended_plan(frame: Frame, files: Files) -> None:
    """A plan that ends at a moment near the focus."""
    open_rows = [row for row in files["plans"] if not row["valid_from"] and not row["valid_to"]]
    if open_rows:
        frame.random.choice(open_rows)["valid_to"] = frame.write(frame.moment(24 * 12))


def other_fee(frame: Frame, files: Files) -> None:
    frame.random.choice(files["plans"])["recurring_fee"] = frame.random.choice(FEES)


def other_price(frame: Frame, files: Files) -> None:
    if files["bundles"]:
        frame.random.choice(files["bundles"])["price"] = frame.random.choice(FEES)


def other_proration(frame: Frame, files: Files) -> None:
    row = frame.random.choice(files["plans"])
    row["prorate"] = "" if row["prorate"] == "true" else "true"


def other_tax(frame: Frame, files: Files) -> None:
    """Another rate, or no tax any more."""
    if files["taxes"] and frame.chance(0.7):
        frame.random.choice(files["taxes"])["rate_percent"] = frame.random.choice(RATES)
    elif files["taxes"]:
        files["taxes"].remove(frame.random.choice(files["taxes"]))


def other_tax_code(frame: Frame, files: Files) -> None:
    rows = files["tariffs"] + files["plans"]
    frame.random.choice(rows)["tax_code"] = tax_code(frame)


def other_discount(frame: Frame, files: Files) -> None:
    """One more, one mended, or one less."""
    if not files["discounts"] or frame.chance(0.4):
        files["discounts"] += discount(frame, 10 + len(files["discounts"]))
    elif frame.chance(0.6):
        row = frame.random.choice(files["discounts"])
        row["percent" if row["percent"] else "amount"] = "2"
    else:
        files["discounts"].remove(frame.random.choice(files["discounts"]))
