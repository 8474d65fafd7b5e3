"""The Spark cluster of a home: what it does, whom it lets in, and what it survives."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from pyspark.sql import SparkSession

from ingestion.engine import EngineUnavailable, engine
from ingestion.object_store import object_store
from ingestion.settings import Settings
from stack import spark
from stack.process import ServerFailed, free_port
from stack.spark.files import conf_folder, read_token
from stack.spark.program import environment
from stack.spark.server import MEMORY, WORKERS, check_memory, running
from tests.conftest import Ratelake
from tests.spark_cluster.work import executors

pytestmark = pytest.mark.stack

# a driver of its own that appends a row ten times, as a second cluster would
APPEND = """
import sys
from pyspark.sql import SparkSession
session = SparkSession.builder.master("local[1]").appName("other").getOrCreate()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(10):
    session.range(1).selectExpr("'other' as writer").write.format("delta").mode("append").save(
        sys.argv[1]
    )
"""


@contextmanager
def session_of(settings: Settings) -> Iterator[SparkSession]:
    """Ended also when a test fails: one left open asks a server that is gone for ten minutes."""
    remote = f"sc://localhost:{settings.spark_port}/;token={read_token(settings)}"
    session = SparkSession.builder.remote(remote).create()
    try:
        yield session
    finally:
        session.stop()


def status_of(cluster: Ratelake, exit_code: int) -> dict[str, Any]:
    (found,) = json.loads(
        cluster("status", "spark", "--format", "json", exit_code=exit_code).stdout
    )
    return dict(found)


def test_delta_in_the_bucket_is_written_and_read_by_both_executors(cluster: Ratelake) -> None:
    place = f"s3://lake/{uuid4().hex}"
    with session_of(cluster.settings) as session:
        session.range(0, 1000, 1, 4).write.format("delta").save(place)
        table = session.read.format("delta").load(place)
        assert table.selectExpr("count(*)", "sum(id)").collect() == [(1000, 499500)]
        assert len({*executors(session, rows=4, seconds=1)}) == 2


def test_two_drivers_that_append_at_once_lose_nothing(cluster: Ratelake) -> None:
    place = f"s3://lake/{uuid4().hex}"
    with session_of(cluster.settings) as session:
        session.range(0).selectExpr("'' as writer").write.format("delta").save(place)
        with second_driver(cluster.settings, place) as other:
            assert other.stdout is not None and other.stdin is not None
            assert other.stdout.readline() == "ready\n"
            other.stdin.write("go\n")
            other.stdin.flush()
            for _ in range(10):
                row = session.range(1).selectExpr("'cluster' as writer")
                row.write.format("delta").mode("append").save(place)
            assert other.wait(120) == 0
        rows = session.read.format("delta").load(place).groupBy("writer").count().collect()
    assert sorted(map(tuple, rows)) == [("cluster", 10), ("other", 10)]


def second_driver(settings: Settings, place: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", APPEND, place],
        env=environment(conf_folder(settings)) | {"PYSPARK_SUBMIT_ARGS": "pyspark-shell"},
        cwd=settings.spark_folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_wrong_token_is_refused_in_one_sentence(cluster: Ratelake, tmp_path: Path) -> None:
    remote = f"sc://localhost:{cluster.settings.spark_port}"
    for token in ("wrong", ""):
        settings = Settings(home=tmp_path / "home", spark_remote=remote, spark_token=token)
        with pytest.raises(EngineUnavailable, match="set RATELAKE_SPARK_TOKEN"), engine(settings):
            pass


def test_the_homes_own_token_is_found(cluster: Ratelake) -> None:
    remote = f"sc://localhost:{cluster.settings.spark_port}"
    with engine(cluster.settings.model_copy(update={"spark_remote": remote})) as session:
        assert session.sql("select 1").collect() == [(1,)]


def test_no_secret_is_on_a_command_line_or_open_to_others(cluster: Ratelake) -> None:
    settings = cluster.settings
    store = object_store(settings, "pipeline")
    known = [
        read_token(settings) or "",
        (settings.spark_folder / "secret").read_text(),
        store.secret_key.get_secret_value(),
    ]
    for name in ("master", "connect", *WORKERS):
        process = running(settings, name)
        assert process is not None
        for one in (process, *process.children(recursive=True)):
            # a Python worker may end meanwhile
            with suppress(psutil.NoSuchProcess):
                words = " ".join(one.cmdline())
                assert not any(secret in words for secret in known)
    for path in (settings.spark_access_file, conf_folder(settings) / "spark-defaults.conf"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_worker_killed_in_mid_job_fails_no_job_and_comes_back(cluster: Ratelake) -> None:
    assert status_of(cluster, 0)["is_answering"] is True
    with session_of(cluster.settings) as session, ThreadPoolExecutor(1) as threads:
        working = threads.submit(executors, session, rows=8, seconds=2)
        victim = running(cluster.settings, WORKERS[0])
        assert victim is not None
        with pytest.raises(TimeoutError):
            working.result(4)
        victim.kill()
        assert len(working.result(90)) == 8
    found = status_of(cluster, 1)
    assert "worker-1 stopped" in found["address"]
    cluster("up", "spark")
    assert status_of(cluster, 0)["is_answering"] is True


def test_a_session_ends_though_its_server_is_gone(cluster: Ratelake) -> None:
    """The client by itself would go on asking it for ten minutes."""
    remote = f"sc://localhost:{cluster.settings.spark_port}"

    def work() -> None:
        with engine(cluster.settings.model_copy(update={"spark_remote": remote})):
            spark.stop(cluster.settings)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(work).result(120)
    cluster("up", "spark")


def test_a_taken_port_is_named(cluster: Ratelake, tmp_path: Path) -> None:
    taken = Settings(
        home=tmp_path / "home",
        spark_master_port=cluster.settings.spark_master_port,
        spark_port=free_port(),
    )
    with pytest.raises(ServerFailed, match="set RATELAKE_SPARK_MASTER_PORT to a free port"):
        spark.start(taken)


def test_too_little_memory_is_named() -> None:
    with pytest.raises(ServerFailed, match=r"Spark needs 4 GB of memory and 1\.0 GB are free"):
        check_memory(MEMORY // 4)
    check_memory(MEMORY)
