"""The Spark cluster of a home: what it does, whom it lets in, and what it survives."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pyspark.sql import SparkSession

from ingestion.engine import EngineUnavailable, engine
from ingestion.object_store import object_store
from ingestion.settings import Settings
from stack import spark
from stack.process import ServerFailed, free_port
from stack.spark.files import conf_folder, read_token
from stack.spark.server import MEMORY, WORKERS, check_memory, running
from tests.conftest import Ratelake

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


def session_of(settings: Settings) -> SparkSession:
    remote = f"sc://localhost:{settings.spark_port}/;token={read_token(settings)}"
    return SparkSession.builder.remote(remote).create()


def status_of(cluster: Ratelake, exit_code: int) -> dict[str, Any]:
    (found,) = json.loads(
        cluster("status", "spark", "--format", "json", exit_code=exit_code).stdout
    )
    return dict(found)


def test_delta_in_the_bucket_is_written_and_read_by_both_executors(cluster: Ratelake) -> None:
    place = f"s3://lake/{uuid4().hex}"
    session = session_of(cluster.settings)
    session.range(0, 1000, 1, 4).write.format("delta").save(place)
    found = session.read.format("delta").load(place).selectExpr("count(*)", "sum(id)").collect()
    assert [tuple(row) for row in found] == [(1000, 499500)]

    def who(batches: Any) -> Any:
        import os
        import time

        import pyarrow as pa

        time.sleep(1)
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"parent": [os.getppid()] * batch.num_rows})

    parents = session.range(0, 4, 1, 4).mapInArrow(who, "parent int").distinct().collect()
    assert len(parents) == 2
    session.stop()


def test_two_drivers_that_append_at_once_lose_nothing(cluster: Ratelake) -> None:
    place = f"s3://lake/{uuid4().hex}"
    session = session_of(cluster.settings)
    table = session.range(0).selectExpr("'' as writer").write.format("delta")
    table.save(place)
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
    session.stop()


def second_driver(settings: Settings, place: str) -> subprocess.Popen[str]:
    from stack.spark.program import environment

    return subprocess.Popen(
        [sys.executable, "-c", APPEND, place],
        env=environment(conf_folder(settings)) | {"PYSPARK_SUBMIT_ARGS": "pyspark-shell"},
        cwd=settings.spark_folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_commit_that_another_was_faster_with_is_refused(cluster: Ratelake) -> None:
    """Straight at the log store: both write version 1, of which the store takes the first."""
    key = f"{uuid4().hex}/_delta_log/{1:020}.json"
    bucket = object_store(cluster.settings, "pipeline").client()
    bucket.put_object(Bucket="lake", Key=key, Body=b"first\n")
    said = subprocess.run(
        [sys.executable, "-c", COMMIT, f"s3://lake/{key}"],
        env=environment_of(cluster.settings),
        capture_output=True,
        text=True,
    ).stdout
    assert "FileAlreadyExistsException" in said
    assert "again: taken as its own" in said
    assert bucket.get_object(Bucket="lake", Key=key)["Body"].read() == b"first\n"


COMMIT = """
import sys
from pyspark.sql import SparkSession
session = SparkSession.builder.master("local[1]").getOrCreate()
jvm, conf = session._jvm, session._jsc.hadoopConfiguration()
store = jvm.org.ratelake.spark.ConditionalPutLogStore(conf)
path = jvm.org.apache.hadoop.fs.Path(sys.argv[1])
def actions(text):
    found = jvm.java.util.ArrayList()
    found.add(text)
    return found.iterator()
try:
    store.write(path, actions("second"), False, conf)
except Exception as failure:
    print(failure.java_exception.getClass().getName())
store.write(path, actions("first"), False, conf)
print("again: taken as its own")
"""


def environment_of(settings: Settings) -> dict[str, str]:
    from stack.spark.program import environment

    return environment(conf_folder(settings))


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
            words = " ".join(one.cmdline())
            assert not any(secret in words for secret in known)
    for path in (settings.spark_access_file, conf_folder(settings) / "spark-defaults.conf"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_worker_killed_in_mid_job_fails_no_job_and_comes_back(cluster: Ratelake) -> None:
    assert status_of(cluster, 0)["is_answering"] is True
    session = session_of(cluster.settings)

    def slowly(batches: Any) -> Any:
        import time

        time.sleep(2)
        yield from batches

    def job() -> int:
        return session.range(0, 80, 1, 8).mapInArrow(slowly, "id long").distinct().count()

    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(job)
        victim = running(cluster.settings, WORKERS[0])
        assert victim is not None
        with pytest.raises(TimeoutError):
            working.result(4)
        victim.kill()
        assert working.result(90) == 80
    found = status_of(cluster, 1)
    assert "worker-1 stopped" in found["address"]
    cluster("up", "spark")
    assert status_of(cluster, 0)["is_answering"] is True
    session.stop()


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
