"""A tariff file that is no longer delivered counts as empty: what it said is closed."""

from datetime import UTC, datetime
from pathlib import Path

from ingestion.engine import engine
from ingestion.lake import tables
from ingestion.reference import history
from ingestion.settings import Settings

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = datetime(2026, 11, 2, tzinfo=UTC)


def test_a_file_that_is_gone_closes_its_rows_and_their_steps(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", reference=tmp_path, spark_remote="")
    (tmp_path / "bundles.csv").write_text("bundle_id,service,units\nextra,data,5\n")
    (tmp_path / "tariff_steps.csv").write_text("tariff_id,step_no,price\nt,1,0.1\n")
    names = ["bundles", "tariff_steps"]
    with engine(settings) as spark:
        history.create_tables(spark, tables(settings))
        history.load_reference(spark, tmp_path, names, run_id=1, known_at=FIRST)
        assert spark.table("reference.step_rates").count() == 1
        for name in names:
            (tmp_path / f"{name}.csv").unlink()

        history.load_reference(spark, tmp_path, names, run_id=2, known_at=SECOND)

        assert spark.table("reference.step_rates").count() == 0
        for name in names:
            (row,) = spark.table(f"reference.{name}").collect()
            assert (row.run_id, row.closed_run_id) == (1, 2)
            assert (row.known_at, row.known_to) == (
                FIRST.replace(tzinfo=None),
                SECOND.replace(tzinfo=None),
            )
