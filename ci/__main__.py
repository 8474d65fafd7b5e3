"""`make ci-dbt`: build and test what changed in the dbt project since its last good state.

Parse, lint, and `dbt build` of what changed and what depends on it, on a copy of the home that the
last good build left; docs/ci.md tells it all. With --nightly everything is built, dbt's docs are
written and the age of the sources is looked at.
"""

import argparse
import os
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path

from ci import build, report
from ci.home import KNOWN_AT
from ci.state import ARTEFACTS, State, describe, good_state, is_main_as_committed, keep, new_state
from ingestion.failures import Failure
from ingestion.lock import alone
from ingestion.settings import PROJECT

KEEP = {"yes": True, "no": False}
# what dbt wrote of the build at hand; of none there is nothing
LAST = "last"


def main() -> None:
    options = parse(sys.argv[1:])
    # pyspark gives moments in the machine's time zone, and dbt takes them for UTC
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        with alone(options.folder / "ci.lock", "builds in"):
            check(options)
    except Failure as failure:
        sys.exit(f"ci: {failure}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ci", description=__doc__)
    parser.add_argument("--nightly", action="store_true", help="everything, docs and freshness")
    parser.add_argument(
        "--folder",
        type=lambda name: Path(name).resolve(),
        default=PROJECT / "target" / "ci",
        help="where the last good state is, and what is reported goes; default: target/ci",
    )
    parser.add_argument(
        "--keep",
        choices=["auto", *KEEP],
        default="auto",
        help="make this the last good state; auto: on the branch main, with all committed",
    )
    parser.add_argument("dbt", nargs="*", help="after --: more options of dbt build")
    return parser.parse_args(arguments)


def check(options: argparse.Namespace) -> None:
    """Check the project as it stands. Raises CheckFailed; the good state is then as it was."""
    good, state = good_state(options.folder), new_state(options.folder)
    shutil.rmtree(options.folder / LAST, ignore_errors=True)
    try:
        planned = build.plan(state, good, build.parse(state), is_nightly=options.nightly)
        report.say_plan(planned, good)
        build.lint(build.files_of(planned))
        if planned.reason or planned.changed:
            work(options, state, good, planned)
    finally:
        if good_state(options.folder) != state:
            shutil.rmtree(state.folder)


def work(
    options: argparse.Namespace, state: State, good: State | None, planned: build.Plan
) -> None:
    started = time.monotonic()
    try:
        results = build.build(state, good, planned, options.dbt)
    finally:
        show_artefacts(state, options.folder / LAST)
    report.say_built(planned, results, time.monotonic() - started)
    if bad := build.failed(results):
        raise build.CheckFailed(f"{len(bad)} models and tests failed or were skipped for it")
    describe(state)
    if options.nightly:
        write_docs_and_freshness(state, options.folder)
    if KEEP.get(options.keep, is_main_as_committed()):
        keep(options.folder, state)
        report.say("this is the last good state from here on")
    else:
        report.say("the last good state stays: this is not main as committed")


def show_artefacts(state: State, to: Path) -> None:
    """Leave what dbt wrote where it can be looked at, also of a build that failed."""
    to.mkdir()
    for path in (
        *(state.settings.root / "dbt" / name for name in ARTEFACTS),
        state.settings.logs / "dbt.log",
    ):
        if path.exists():
            shutil.copy(path, to)


def write_docs_and_freshness(state: State, folder: Path) -> None:
    """Write dbt's docs, and look how old the sources are.

    The sample operator's files are of one day for ever, so that dbt warns that they are old is as
    it should be; that a source's newest row is of another moment than the load is not.
    """
    build.write_docs(state, folder / "docs")
    report.say(f"docs: {folder / 'docs' / 'index.html'}")
    found = build.freshness(state)
    report.say_freshness(found, KNOWN_AT.isoformat())
    wrong = [one["unique_id"] for one in found if not _is_of_the_load(one.get("max_loaded_at"))]
    if wrong:
        raise build.CheckFailed(f"not as old as the load: {', '.join(wrong)}")


def _is_of_the_load(newest: str | None) -> bool:
    return newest is not None and datetime.fromisoformat(newest) == KNOWN_AT


if __name__ == "__main__":
    main()
