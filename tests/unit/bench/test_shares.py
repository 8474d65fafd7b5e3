"""How what was used is shared out among what ran, and how much a bench takes on."""

from bench.meter import Cost, shared
from bench.size import affordable


def two_cores(begin: float, end: float) -> Cost:
    return Cost(end - begin, 2 * (end - begin))


def test_what_runs_at_once_shares_equally() -> None:
    spans = {"alone, then with others": (0.0, 4.0), "later": (2.0, 4.0)}
    assert shared(two_cores, spans, 0.0, 4.0) == {
        "": Cost(),
        "alone, then with others": Cost(3.0, 6.0),
        "later": Cost(1.0, 2.0),
    }


def test_what_is_used_while_nothing_runs_is_told_apart() -> None:
    spans = {"first": (1.0, 2.0), "second": (5.0, 6.0)}
    costs = shared(two_cores, spans, 0.0, 6.0)
    assert costs[""] == Cost(4.0, 8.0)
    assert sum((cost.seconds for cost in costs.values()), 0.0) == 6.0


def test_as_many_records_as_wanted_are_taken_where_memory_allows() -> None:
    assert affordable(5_000_000, free_bytes=64 * 2**30) == 5_000_000


def test_fewer_records_are_taken_where_memory_is_short() -> None:
    # half of 6 GiB less 1 GiB, at 2,000 bytes a record
    assert affordable(5_000_000, free_bytes=6 * 2**30) == 1_073_000
    assert affordable(5_000_000, free_bytes=0) == 1_000
