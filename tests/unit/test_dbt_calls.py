"""What of dbt is done in another way: where it puts models that are part of a statement, and which
of its events it makes something of."""

import pytest
from dbt import compilation
from dbt.contracts.graph.nodes import InjectedCTE
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note, SystemExecutingCmd

from ingestion.dbt_calls import _look_for_with_where_it_is, _no_details

CTES = [InjectedCTE(id="a", sql=" a as (select 1)"), InjectedCTE(id="b", sql=" b as (select 2)")]
BOTH = " a as (select 1),  b as (select 2)"
INSIDE = "select * from (with c as (select 3) select 4)"


@pytest.mark.parametrize(
    ("statement", "with_them"),
    [
        ("select * from a", f"with{BOTH} select * from a"),
        ("-- with\nselect * from a", f"-- with\nwith{BOTH} select * from a"),
        ("\nwith c as (select 3) select 4", f"\nwith{BOTH},  c as (select 3) select 4"),
        ("/* a\nb */ WITH\n\nc as (select 3)", f"/* a\nb */ WITH{BOTH}, \n\nc as (select 3)"),
        ("withal", f"with{BOTH} withal"),
        (INSIDE, f"with{BOTH} {INSIDE}"),
    ],
)
def test_models_come_after_the_with_a_statement_begins_with_or_before_all(
    statement: str, with_them: str
) -> None:
    _look_for_with_where_it_is()
    assert compilation.inject_ctes_into_sql(statement, CTES) == with_them


def test_events_for_debugging_are_left_out_and_others_are_not() -> None:
    seen = []
    with _no_details():
        get_event_manager().add_callback(lambda event: seen.append(event.info.level))
        fire_event(SystemExecutingCmd(cmd=["a"]))
        fire_event(Note(msg="b"))
    fire_event(Note(msg="c"))
    assert seen == ["info"]
