"""What is paid in random worlds."""

from tests.oracle.world_frame import Frame, Rows

KINDS = (*["payment"] * 5, "refund", "chargeback", "credit", "debit")
FOREIGN = "CHF"


def payments(frame: Frame) -> Rows:
    """Payments of all kinds: some late or dated ahead, of accounts that nobody knows, in CHF."""
    random = frame.random
    return [
        {
            "payment_id": frame.id(f"payment-{number}"),
            "account_id": frame.id(f"account-{random.choice((0, 0, 1, 1, 2, 9))}"),
            "kind": random.choice(KINDS),
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
