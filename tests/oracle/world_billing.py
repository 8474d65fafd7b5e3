"""What random worlds bill by: fees, bundle prices, discounts, taxes and exchange rates."""

from datetime import timedelta

from tests.oracle.world_frame import Files, Frame, Row, Rows

FEES = ("", "0", "9.90", "29", "0.3333", "1000", "12.5")
PERCENTS = ("5", "10", "12.5", "33.33", "60", "100")
AMOUNTS = ("1", "5.00", "0.75", "250", "0.001")
RATES = ("0", "7", "19", "8.875", "25")
CODES = ("standard", "reduced", "telecom")
FOREIGN = "CHF"
LATELY = 2025
# hours around a focus in which whole cycles change
NEAR = 24 * 12
FORTY_DAYS = timedelta(days=40)
PAYMENT_KINDS = (*["payment"] * 5, "refund", "chargeback", "credit", "debit")


def add_billing(frame: Frame, files: Files) -> None:
    """Give a world's plans, bundles and tariffs prices and tax codes, and what goes with it."""
    for row in files["plans"]:
        row.update(
            recurring_fee=frame.random.choice(FEES),
            prorate=frame.random.choice(("true", "true", "false", "")),
            tax_code=tax_code(frame),
        )
    files["plans"] = [part for row in files["plans"] for part in in_versions(frame, row)]
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
    files["discounts"] = [row for number in range(count) for row in discounts(frame, number)]


def tax_code(frame: Frame) -> str:
    return frame.random.choice(("", *CODES))


def in_versions(frame: Frame, row: Row) -> Rows:
    """A plan, sometimes with another fee from a moment near the focus on."""
    if row["valid_from"] or row["valid_to"] or not frame.chance(0.25):
        return [row]
    border = frame.write(frame.moment(24 * 20))
    later = {**row, "recurring_fee": frame.random.choice(FEES), "valid_from": border}
    return [{**row, "valid_to": border}, later]


def taxes(frame: Frame) -> Rows:
    """The taxes of the world's own profile; some change near the focus."""
    rows: Rows = []
    for code in frame.random.sample((*CODES, "*"), frame.random.randint(0, 4)):
        row = {
            "tax_profile": frame.id("profile"),
            "tax_code": code,
            "rate_percent": frame.random.choice(RATES),
            "basis": frame.random.choice(("net", "gross", "")),
            "valid_from": "",
            "valid_to": "",
        }
        if frame.chance(0.3):
            border = frame.write(frame.moment(24 * 20))
            rows.append({**row, "valid_to": border})
            row = {**row, "rate_percent": frame.random.choice(RATES), "valid_from": border}
        rows.append(row)
    return rows


def discounts(frame: Frame, number: int) -> Rows:
    """A discount: always, for a time, or one that another follows, also after a gap."""
    row = discount(frame, number)
    if frame.chance(0.25):
        border = frame.moment(NEAR)
        later = border + timedelta(hours=frame.random.choice((0, 0, 30)))
        other = {**discount(frame, number), "valid_from": frame.write(later)}
        for column in ("account_id", "plan_id", "on"):
            other[column] = row[column]
        return [{**row, "valid_from": "", "valid_to": frame.write(border)}, other]
    if frame.chance(0.3):
        row["valid_to"] = frame.write(frame.focus + timedelta(days=40 * frame.random.random()))
        row["valid_from"] = "" if frame.chance(0.5) else frame.write(frame.focus - FORTY_DAYS)
    return [row]


def discount(frame: Frame, number: int) -> Row:
    """A percent, an amount or both, of an account or of a plan."""
    random = frame.random
    plan_id = random.choice(frame.plans)
    account_id = frame.id(f"account-{random.randint(0, 1)}")
    is_of_account = frame.chance(0.5)
    percent, amount = random.choice(PERCENTS), random.choice(AMOUNTS)
    kind = random.choice(("percent", "amount", "both"))
    return {
        "discount_id": frame.id(f"discount-{number}"),
        "plan_id": "" if is_of_account else plan_id,
        "account_id": account_id if is_of_account else "",
        "on": random.choice(("usage", "recurring", "total")),
        "percent": "" if kind == "amount" else percent,
        "amount": "" if kind == "percent" else amount,
        "valid_from": frame.write(frame.moment(24 * 30)) if frame.chance(0.3) else "",
        "valid_to": "",
    }


def payments(frame: Frame) -> Rows:
    """Payments of all kinds: some late or dated ahead, of accounts that nobody knows, in CHF."""
    random = frame.random
    return [
        {
            "payment_id": frame.id(f"payment-{number}"),
            "account_id": frame.id(f"account-{random.choice((0, 0, 1, 1, 2, 9))}"),
            "kind": random.choice(PAYMENT_KINDS),
            "amount": random.choice(("1", "25.00", "0.5", "9.999999", "100", "12.345")),
            "currency": FOREIGN if frame.chance(0.25) else frame.currency,
            "received_at": frame.write(frame.moment(24 * 60)),
            "method": random.choice(("", "card")),
            "reference": "",
        }
        for number in range(random.randint(0, 7))
    ]


def paid_again(frame: Frame, rows: Rows) -> Rows:
    """Payments that come a second time, the same or not: what is known first counts."""
    chosen = frame.random.sample(rows, len(rows) // 3)
    return [{**row, "amount": frame.random.choice(("1", row["amount"]))} for row in chosen]


def ended_plan(frame: Frame, files: Files) -> None:
    """A plan that ends at a moment near the focus."""
    open_rows = [row for row in files["plans"] if not row["valid_from"]]
    if open_rows:
        row = frame.random.choice(open_rows)
        if not row["valid_to"]:
            row["valid_to"] = frame.write(frame.moment(NEAR))


def other_fee(frame: Frame, files: Files) -> None:
    frame.random.choice(files["plans"])["recurring_fee"] = frame.random.choice(FEES)


def other_price(frame: Frame, files: Files) -> None:
    if files["bundles"]:
        frame.random.choice(files["bundles"])["price"] = frame.random.choice(FEES)


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
        taken = {row["discount_id"] for row in files["discounts"]}
        numbers = (n for n in range(10, 99) if frame.id(f"discount-{n}") not in taken)
        files["discounts"].append(discount(frame, next(numbers)))
    elif frame.chance(0.6):
        row = frame.random.choice(files["discounts"])
        row["percent" if row["percent"] else "amount"] = "2"
    else:
        files["discounts"].remove(frame.random.choice(files["discounts"]))
