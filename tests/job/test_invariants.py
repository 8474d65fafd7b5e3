"""What every run checks can fail: each damage is found, and named."""

from collections.abc import Iterator

import pytest
from pyspark.sql.functions import expr

from ingestion import transform
from ingestion.settings import Settings
from tests.job.damages import DAMAGES, RECORDS
from tests.job.dbt_by_hand import KNOWN_AT, ByHand, loaded_home
from tests.job.explained_home import write_inbox, write_reference

pytestmark = pytest.mark.xdist_group("invariants")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByHand]:
    """A home after the models of its first run."""
    folder = tmp_path_factory.mktemp("invariants")
    settings = Settings(home=folder / "home", reference=write_reference(folder / "tariffs"))
    write_inbox(settings)
    with loaded_home(settings) as by_hand:
        transform.build(settings)
        yield by_hand


@pytest.fixture(scope="module")
def invariants(built: ByHand) -> list[str]:
    """The statements by which a run checks them; nothing is broken yet."""
    found = built.dbt("test", "--select", "test_type:singular")
    assert [result.status for result in found] == ["pass"] * len(found)
    return [result.node.compiled_code for result in found]


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found_and_named(built: ByHand, invariants: list[str], what: str) -> None:
    table, damage, expected = DAMAGES[what]
    damage(built.spark.table(table)).createOrReplaceTempView("damaged")
    found = {
        (row.invariant, shortened(row.of_what))
        for statement in invariants
        for row in built.spark.sql(statement.replace(table, "damaged")).collect()
    }
    assert found == expected


def shortened(of_what: str) -> str:
    """Files are named by the hash of their content."""
    kind, _, name = of_what.partition(" ")
    return f"{kind} …" if len(name) == 64 else of_what


def test_a_run_that_breaks_an_invariant_fails_and_names_the_rows(built: ByHand) -> None:
    """An outcome is lost of a record that the next run decides anew, as a correction comes."""
    built.spark.sql("delete from rated.usage_outcomes where event_id = 'text1'")
    known = built.spark.table("raw.usage").where("event_id = 'text1'")
    cancel = known.withColumns(
        {
            "kind": expr("'cancel'"),
            "record_id": expr("record_id + 1000000"),
            "record_no": expr("record_no + 1000"),
            "run_id": expr("2L"),
        }
    )
    cancel.write.format("delta").mode("append").saveAsTable("raw.usage")
    transform.announce(built.settings, transform.ThisRun(2, 1, KNOWN_AT))
    with pytest.raises(transform.TransformFailed) as failure:
        transform.build(built.settings, selector=transform.WHAT_IS_NEW)
    said = str(failure.value)
    assert "integrity_records_to_outcomes: Got 1 result" in said
    assert f"  {RECORDS}: file no run: 0 records of units, but 1 outcomes of 60.000000" in said
