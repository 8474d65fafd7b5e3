"""Every kind of statement that Ratelake needs, asked of Sail and of Apache Spark: the same rows."""

import pytest

from tests.engines.differences import DIFFERENCES
from tests.engines.probes import Difference, Engines, Probe
from tests.engines.probes_numbers import NUMBERS
from tests.engines.probes_rows import ROWS
from tests.engines.probes_tables import TABLES
from tests.engines.probes_times import TIMES

pytestmark = pytest.mark.xdist_group("spark")


@pytest.mark.parametrize("probe", [*TABLES, *NUMBERS, *TIMES, *ROWS], ids=lambda probe: probe.says)
def test_both_engines_give_the_same_rows(probe: Probe, engines: Engines) -> None:
    assert engines.ask(probe) == {"sail": probe.answer, "spark": probe.answer}


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.says)
def test_a_known_difference_is_as_it_was(difference: Difference, engines: Engines) -> None:
    """When an upgrade changes one: mend decisions 15 and 16, and perhaps models that avoid it."""
    assert engines.ask(difference) == {"sail": difference.sail, "spark": difference.spark}
