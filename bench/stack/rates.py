"""Rates and percentiles of what was measured."""

import math
from collections.abc import Sequence

MEGABYTE = 1_000_000


def rate(amount: float, spent: float) -> float:
    """So much per unit of what was spent; 0 where nothing was measurably spent."""
    return amount / spent if spent > 0 else 0.0


def percentile(values: Sequence[float], percent: float) -> float:
    """The least of the values that so many percent of them do not exceed (nearest rank).

    Always one that was measured: nothing is interpolated. Raises ValueError without values.
    """
    if not values or not 0 < percent <= 100:
        raise ValueError(
            f"got {len(values)} values and {percent:g} percent; allowed: values, and 0 to 100"
        )
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
