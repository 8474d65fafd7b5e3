"""Each role sees what is its own, and nobody writes: the rules in stack/trino/conf/rules.json."""

import pytest

from ingestion.settings import Settings
from stack.tls import authority_file
from stack.trino import ROLES
from stack.trino.client import StatementRefused, TrinoUnavailable, connected, rows
from tests.trino.analyst_home import REFUSED, AnalystHome

pytestmark = pytest.mark.stack

NAMES = "select name from lake.customers.account_periods"


def url(settings: Settings) -> str:
    return f"https://localhost:{settings.trino_port}"


@pytest.mark.parametrize("role", ["analyst", "finance"])
def test_tokens_are_masked_also_where_a_condition_asks_for_them(
    analysts: AnalystHome, role: str
) -> None:
    [(token,)] = analysts.spark("select max(subscriber) from raw.usage")
    for table in ("raw.usage", "raw.actions", "customers.subscription_periods"):
        assert analysts.ask(role, f"select distinct subscriber from lake.{table}") == [["***"]]
    assert analysts.ask(role, "select distinct counterparty from lake.raw.usage") == [["***"]]
    asked = "select count(*) from lake.raw.usage where subscriber = ?"
    assert analysts.ask(role, asked, token) == [[0]]
    assert analysts.ask("engineer", asked, token)[0][0] > 0


@pytest.mark.parametrize("role", ["analyst", "finance"])
def test_what_a_rejected_record_held_is_not_shown(analysts: AnalystHome, role: str) -> None:
    shown = {name for name, *_ in analysts.ask(role, "describe lake.raw.rejected_records")}
    assert {"reason", "file_name"} <= shown
    assert shown & {"payload", "detail"} == set()
    with pytest.raises(StatementRefused, match=REFUSED):
        analysts.ask(role, "select payload from lake.raw.rejected_records")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "table",
    [
        "vault.numbers",
        "tables.vault__numbers",
        "committed.vault__numbers",
        '"tables"."vault__numbers$history"',
    ],
)
def test_nobody_sees_which_number_a_token_stands_for(
    analysts: AnalystHome, role: str, table: str
) -> None:
    with pytest.raises(StatementRefused, match=REFUSED):
        analysts.ask(role, f"select * from lake.{table}")


@pytest.mark.parametrize("role", ["analyst", "finance", "support"])
@pytest.mark.parametrize(
    "sql",
    [
        "select subscriber from lake.tables.raw__usage",
        "select subscriber from lake.tables.raw__usage for version as of 1",
        'select * from lake.tables."raw__usage$history"',
        "select subscriber from lake.committed.raw__usage",
        "select subscriber from lake.staging.stg_actions",
        "select * from table(lake.system.table_changes('tables', 'raw__usage', 0))",
        "select query from system.runtime.queries",
        "set session authorization engineer",
        "show create view lake.committed.raw__usage",
    ],
)
def test_there_is_no_way_around_the_masks(analysts: AnalystHome, role: str, sql: str) -> None:
    with pytest.raises(StatementRefused, match=rf"{REFUSED}|Access Denied"):
        analysts.ask(role, sql)


@pytest.mark.parametrize(
    ("role", "table"),
    [
        ("analyst", "aggregates.statements"),
        ("analyst", "aggregates.ledger_entries"),
        ("analyst", "raw.payments"),
        ("support", "finance.revenue_daily"),
        ("support", "raw.usage"),
        ("support", "rated.usage_outcomes"),
        ("support", "operations.runs"),
    ],
)
def test_what_is_anothers_is_refused(analysts: AnalystHome, role: str, table: str) -> None:
    with pytest.raises(StatementRefused, match=REFUSED):
        analysts.ask(role, f"select count(*) from lake.{table}")
    assert analysts.ask("engineer", f"select count(*) from lake.{table}")


def test_analysts_have_usage_tariffs_and_reports(analysts: AnalystHome) -> None:
    for table in (
        "rated.usage_charges",
        "rated.usage_charge_segments",
        "raw.source_files",
        "reference.tariffs",
        "aggregates.usage_daily",
        "finance.revenue_daily",
        "operations.runs",
    ):
        assert analysts.ask("analyst", f"select count(*) from lake.{table}")[0][0] > 0


@pytest.mark.parametrize(
    "table",
    [
        "lake.customers.account_periods",
        "lake.customers.subscription_periods",
        "lake.rated.usage_charges",
        "lake.aggregates.account_balances",
        "lake.aggregates.statements",
        "lake.aggregates.statement_lines",
        "lake.aggregates.usage_daily",
        "lake.aggregates.ledger_entries",
        "serving.ratelake.account_balances",
        "serving.ratelake.account_usage_daily",
    ],
)
def test_support_sees_the_accounts_that_it_was_assigned(analysts: AnalystHome, table: str) -> None:
    found = analysts.ask("support", f"select distinct account_id from {table}")
    assert found == [[analysts.account_id]]
    assert len(analysts.ask("engineer", f"select distinct account_id from {table}")) > 1


def test_another_assignment_counts_at_once(analysts: AnalystHome) -> None:
    path = analysts.settings.root / "support_accounts.csv"
    before = path.read_text()
    path.write_text("user_name,account_id\nsomebody_else,A00000001\n")
    try:
        analysts.ratelake("up", "trino")
        assert analysts.ask("support", NAMES) == []
        path.write_text("user_name,account\n")
        failed = analysts.ratelake("up", "trino", exit_code=1)
        assert "support_accounts.csv, line 1: got 'user_name,account'; allowed:" in failed.stderr
    finally:
        path.write_text(before)
        analysts.ratelake("up", "trino")


def test_cassandra_has_what_the_dashboards_read(analysts: AnalystHome) -> None:
    columns = "account_id, currency, balance_amount"
    served = analysts.ask("finance", f"select {columns} from serving.ratelake.account_balances")
    assert len(served) > 100
    with pytest.raises(StatementRefused, match=REFUSED + "|Access Denied"):
        analysts.ask("analyst", "select count(*) from serving.ratelake.account_balances")
    with pytest.raises(StatementRefused, match=REFUSED):
        analysts.ask("finance", "select count(*) from serving.system_auth.roles")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "sql",
    [
        "create table lake.rated.mine as select 1 as a",
        "create view lake.rated.mine as select 1 as a",
        "create schema lake.mine",
        "drop view lake.rated.usage_charges",
        "insert into lake.tables.raw__usage select * from lake.tables.raw__usage",
        "delete from lake.aggregates.statements",
        "update lake.tables.raw__payments set amount = 0",
        "alter view lake.rated.usage_charges rename to lake.rated.others",
        "comment on column lake.rated.usage_charges.event_id is 'mine'",
        "call lake.system.register_table('rated', 'mine', 'local:///lake/vault/numbers')",
        "call lake.system.vacuum('tables', 'raw__usage', '7d')",
        "insert into serving.ratelake.account_balances (account_id) values ('mine')",
        "grant select on lake.vault.numbers to user analyst",
    ],
)
def test_nobody_writes(analysts: AnalystHome, role: str, sql: str) -> None:
    with pytest.raises(StatementRefused):
        analysts.ask(role, sql)


@pytest.mark.parametrize("user", ["analyst", "pipeline", "nobody"])
def test_who_has_not_the_password_does_not_come_in(analysts: AnalystHome, user: str) -> None:
    ca_file = str(authority_file(analysts.settings.tls_folder))
    with (
        pytest.raises(TrinoUnavailable, match=f"does not let in user '{user}'"),
        connected(url(analysts.settings), user, ca_file, password="a guess") as connection,
    ):
        rows(connection, "select 1")
