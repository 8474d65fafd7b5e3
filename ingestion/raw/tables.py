"""The tables that ingestion owns, created in one place; all of them only ever grow."""

from pyspark.sql import SparkSession

from ingestion import engine
from ingestion.lake import tables
from ingestion.settings import Settings

# what stands beside every record: its own id, where it came from and when it was known
_ORIGIN = """
    record_id bigint, file_id string, record_no bigint, known_at timestamp, run_id bigint"""

COLUMNS = {
    "raw.usage": f"""
    event_id string, service string, direction string, subscriber string, counterparty string,
    counterparty_prefix string, started_at timestamp, quantity decimal(24, 6),
    serving_network string, session_id string, partial_no int, kind string,
    target_event_id string, {_ORIGIN}""",
    "raw.accounts": f"""
    account_id string, parent_account_id string, name string, currency string,
    time_zone string, bill_day int, tax_profile string, credit_limit decimal(24, 6),
    effective_at timestamp, {_ORIGIN}""",
    "raw.actions": f"""
    action_id string, effective_at timestamp, action string, subscription_id string,
    account_id string, subscriber string, plan_id string, bundle_id string,
    quantity decimal(24, 6), expires_at timestamp, {_ORIGIN}""",
    "raw.payments": f"""
    payment_id string, account_id string, kind string, amount decimal(24, 6),
    currency string, received_at timestamp, method string, reference string, {_ORIGIN}""",
    "raw.source_files": """
    file_id string, feed string, file_name string, status string, reason string,
    detail string, size_bytes bigint, declared_records bigint, records bigint,
    rejected_records bigint, ignored_columns string, received_at timestamp,
    known_at timestamp, run_id bigint, bundle_no bigint""",
    "raw.rejected_records": """
    file_id string, feed string, file_name string, record_no bigint, reason string,
    detail string, payload string, known_at timestamp, run_id bigint""",
    "operations.recalculations": """
    request_id string, account_id string, plan_id string, from_date date, to_date date,
    requested_at timestamp, run_id bigint""",
    "vault.numbers": "token string, ciphertext binary, key_id string, run_id bigint",
}

# statistics cost as much as the write and would show what is in a column: only where they help
STATISTICS = {
    "raw.usage": "record_id,run_id,started_at",
    "raw.accounts": "record_id,run_id,effective_at",
    "raw.actions": "record_id,run_id,effective_at",
    "raw.payments": "record_id,run_id,received_at",
    "raw.source_files": "run_id,bundle_no",
}


def create_tables(spark: SparkSession, settings: Settings) -> None:
    """Create what is not there yet of the raw and vault tables, empty."""
    there = tables(settings)
    for table, columns in COLUMNS.items():
        if table not in there:
            statistics = STATISTICS.get(table, "run_id")
            spark.sql(
                f"create table if not exists {table} ({columns}) using delta "
                f"tblproperties ({engine.OWN_CHECKPOINTS}, "
                f"'delta.dataSkippingStatsColumns' = '{statistics}')"
            )
