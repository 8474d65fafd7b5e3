"""What the main job took in each place, beside the embedded one, worked by hand."""

import json

import pytest

from bench.meter import Cost
from bench.stack.__main__ import parse
from bench.stack.jobs import EXECUTORS, Job, Jobs, Runs, accounted
from bench.stack.jobs_report import as_json, print_tables

EMBEDDED = Job(
    "embedded",
    (Runs(first=Cost(10, 8), late=Cost(4, 2)), Runs(first=Cost(12, 6), late=Cost(2, 3))),
)
CLUSTER = Job("cluster", (Runs(first=Cost(50, 40), late=Cost(5, 9)),))
FOUND = Jobs(cores=2, records=5_000, jobs=(EMBEDDED, CLUSTER))


def test_the_faster_run_counts_of_each_kind() -> None:
    assert (EMBEDDED.first, EMBEDDED.late) == (Cost(10, 8), Cost(2, 3))


def test_each_place_is_compared_with_the_embedded_job() -> None:
    embedded, cluster = json.loads(as_json(FOUND))["jobs"]
    assert embedded["first"] == {"seconds": 10, "cpu_seconds": 8, "ratio": 1, "cpu_ratio": 1}
    assert cluster["first"] == {"seconds": 50, "cpu_seconds": 40, "ratio": 5, "cpu_ratio": 5}
    assert cluster["late"] == {"seconds": 5, "cpu_seconds": 9, "ratio": 2.5, "cpu_ratio": 3}
    assert len(embedded["runs"]) == 2


def test_both_kinds_of_run_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(FOUND)
    said = capsys.readouterr().out
    for part in ("5,000 usage records", "A first run", "one late event", "10.00, 12.00", "2.50"):
        assert part in said


def test_engines_that_write_the_same_in_another_way_account_alike() -> None:
    rated = {"disposition": "rated", "reason": None, "records": 7, "quantity": {"data": 3}}
    late = {"disposition": "suspended", "reason": "no_tariff", "records": 1, "quantity": {}}
    one = {"received": 9, "rejected": 1, "dispositions": [rated, late], "charges": {"EUR": "1.50"}}
    other = one | {"dispositions": [late, rated], "charges": {"EUR": "1.5000"}}
    assert accounted(one) == accounted(other)
    assert accounted(one) != accounted(one | {"charges": {"EUR": "1.51"}})


def test_the_embedded_job_is_the_first_place_and_has_no_executor() -> None:
    assert list(EXECUTORS.values()) == [0, 0, 2, 1]


def test_jobs_are_measured_only_when_asked_for() -> None:
    asked = [parse(list(given)).jobs for given in ((), ("--jobs",), ("--jobs", "700"))]
    assert asked == [None, 5_000, 700]
