"""Rates and percentiles of the stack's bench, worked by hand."""

import pytest

from bench.meter import Cost
from bench.stack.pulls import Collected
from bench.stack.rates import percentile, rate
from bench.stack.serving import Published, Reads


def test_a_percentile_is_the_value_of_its_rank() -> None:
    hundred = [float(value) for value in range(100, 0, -1)]
    assert [percentile(hundred, percent) for percent in (1, 50, 99, 100)] == [1, 50, 99, 100]


def test_a_percentile_of_few_values_is_one_of_them() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0
    assert percentile([7.0], 1) == 7.0


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_there_is_no_percentile_of_nothing(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="allowed: values, and 0 to 100"):
        percentile(values, percent)


def test_a_rate_is_the_amount_by_what_was_spent() -> None:
    assert rate(1_000, 4) == 250
    assert rate(1_000, 0) == 0


def test_files_and_megabytes_are_counted_by_the_second() -> None:
    collected = Collected("small files", "SFTP", files=500, size_bytes=2_000_000, cost=Cost(4, 2))
    assert collected.files_per_second == 125
    assert collected.megabytes_per_second == 0.5


def test_rows_are_counted_by_the_second_and_by_the_cpu_second() -> None:
    published = Published(rows=9_000, cost=Cost(3, 1.5))
    assert published.rows_per_second == 3_000
    assert published.rows_per_cpu_second == 6_000


def test_reads_are_told_in_milliseconds() -> None:
    reads = Reads.of("balance", [0.002] * 98 + [0.004, 0.010])
    assert (reads.count, reads.p50_ms, reads.p99_ms) == (100, 2, 4)
    assert reads.per_second == pytest.approx(100 / 0.21)
