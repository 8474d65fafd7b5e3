"""`ratelake collect` by itself, and the run that loads what it collected."""

import json
import os
from datetime import UTC, datetime

from ingestion.lock import alone
from stack.sftp.mediation import MediationServer
from tests.conftest import Ratelake
from tests.job.small_home import SmallHome
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    REFERENCE,
    USAGE_COLUMNS,
    account,
    activation,
    call,
)
from tests.sftp.pulled_home import PulledHome

MARCH_1 = "2026-03-01T08:00:00Z"


def test_usage_that_was_fetched_is_known_since_then_and_rated_by_the_next_run(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("accounts/a.csv", (ACCOUNT_COLUMNS + account("a1")).encode())
    server.put("actions/a.csv", (ACTION_COLUMNS + activation(1, ANNA, "a1")).encode())
    usage = USAGE_COLUMNS + call("first", ANNA, "4930123456", MARCH_1, 61)
    server.put("usage/1.csv", usage.encode())
    home.fetch("account", "accounts")
    home.fetch("action", "actions")
    home.fetch("usage", "usage", after="delete")
    home.write_feeds_file()
    ratelake = Ratelake(home.settings)
    begun = datetime.now(UTC)
    assert "collected 3 files, " in ratelake("collect").stdout
    ended = datetime.now(UTC)
    assert server.names("usage") == []
    server.stop()
    failed = ratelake("collect", "--format", "json", exit_code=1)
    report = json.loads(failed.stdout)
    assert (report["files"], len(report["unreachable"])) == (0, 1)
    server.start()
    reference = home.settings.root / "tariffs"
    small = SmallHome(home.settings.model_copy(update={"reference": reference}))
    small.price(REFERENCE)
    run = ratelake("run", "--reference", str(reference), "--no-publish")
    assert "left where it is: " not in run.stdout
    ((charge, known_at),) = small.rows(
        "select charge_amount, known_at from rated.usage_charges join raw.usage using (record_id)"
    )
    assert charge > 0
    assert begun <= known_at.astimezone(UTC) <= ended
    with alone(home.settings.collect_lock, "collects into"):
        run = ratelake("run", "--reference", str(reference), "--no-publish")
    refused = f"left where it is: all: process {os.getpid()} (since "
    assert refused in run.stdout
