"""A home of two accounts with statements that can be worked out by hand.

January: Anna pays her plan's 9.99 and a call of two minutes, 0.05 + 2 x 0.10; with 19 % on 10.24,
1.95, that is 12.19. Berta pays 9.99 and 1.90, 11.89. In February both pay 9.99 and 1.90.
"""

from datetime import UTC, datetime
from pathlib import Path

from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    BERTA,
    REFERENCE,
    USAGE_COLUMNS,
    account,
    activation,
    call,
)

JANUARY_CLOSED = datetime(2026, 2, 5, tzinfo=UTC)
FEBRUARY_CLOSED = datetime(2026, 3, 5, tzinfo=UTC)
GERMANY = "4930123456789"
BILLED = REFERENCE | {
    "plans": "plan_id,name,currency,recurring_fee,prorate,tax_code,valid_from,valid_to\n"
    "basic,Basic,EUR,9.99,true,std,,\n",
    "taxes": "tax_profile,tax_code,rate_percent,basis,valid_from,valid_to\n*,std,19,net,,\n",
    "tariffs": REFERENCE["tariffs"].replace("half_up,,1", "half_up,std,1"),
}


def january_closed(folder: Path) -> SmallHome:
    """A home in which January has closed for both."""
    home = small_home(folder)
    home.price(BILLED)
    home.deliver("account/all.csv", ACCOUNT_COLUMNS + account("anna") + account("berta"))
    home.deliver(
        "action/all.csv",
        ACTION_COLUMNS + activation(1, ANNA, "anna") + activation(2, BERTA, "berta"),
    )
    home.deliver(
        "usage/january.csv",
        USAGE_COLUMNS + call("c1", ANNA, GERMANY, "2026-01-10T10:00:00Z", 120),
    )
    home.run(known_at=JANUARY_CLOSED)
    return home


def late_call(home: SmallHome) -> None:
    """A call of one minute in January comes late: 0.15 more, and 1.97 of tax on 10.39."""
    home.deliver(
        "usage/late.csv", USAGE_COLUMNS + call("c2", ANNA, GERMANY, "2026-01-20T10:00:00Z", 60)
    )
    home.run(known_at=FEBRUARY_CLOSED)
