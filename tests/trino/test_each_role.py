"""Each role asks the real server once: names of customers, which analysts do not see."""

import pytest

from stack.trino import ROLES
from stack.trino.client import StatementRefused
from tests.trino.analyst_home import REFUSED, AnalystHome


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_names_of_customers(analysts: AnalystHome, role: str) -> None:
    if role == "analyst":
        for table in ("customers.account_periods", "raw.accounts", "aggregates.account_balances"):
            with pytest.raises(StatementRefused, match=REFUSED):
                analysts.ask(role, f"select name from lake.{table}")
    else:
        assert analysts.ask(role, "select name from lake.customers.account_periods")
