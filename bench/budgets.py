"""The design's budgets, and what a bench reached beside each."""

from dataclasses import dataclass

from bench.measure import Result


@dataclass(frozen=True)
class Budget:
    """What is allowed and what was reached, in one unit, on so many records.

    `ratio` is 1 where a budget is just met and above 1 where there is room, for times and rates.
    """

    what: str
    unit: str
    budget: float
    reached: float
    ratio: float
    records: int


def budgets(result: Result) -> list[Budget]:
    """The budgets that a bench can hold a run against; the others are of set-up and tests."""
    small, large = result.small, result.large
    times = [
        ("run, home empty", 20, small.first.cost.seconds),
        ("run with nothing new", 4, small.nothing.cost.seconds),
        ("run with one late event", 8, small.late.cost.seconds),
        ("query: select count(*)", 3, result.query.seconds),
    ]
    rates = [
        ("end to end, records per CPU-second", 100_000, result.end_to_end),
        ("rating over DuckDB's, per CPU-second", 0.5, result.rating_ratio),
    ]
    return [
        Budget(what, "s", budget, reached, budget / reached, small.first.records)
        for what, budget, reached in times
    ] + [
        Budget(what, "", budget, reached, reached / budget, large.first.records)
        for what, budget, reached in rates
    ]
