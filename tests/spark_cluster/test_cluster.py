"""The Spark cluster that `ratelake up spark` starts, on tables in the home's bucket."""

import json
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pydantic import SecretStr

from ingestion.engine import EngineUnavailable, engine
from ingestion.object_store import object_store
from ingestion.settings import Settings
from stack.process import free_port
from stack.spark.server import PROCESSES, running
from tests.conftest import Ratelake
from tests.spark_cluster.work import executors


def said(ratelake: Ratelake, *, exit_code: int = 0) -> dict[str, object]:
    """What `ratelake status spark` says."""
    done = ratelake("status", "spark", "--format", "json", exit_code=exit_code)
    (found,) = json.loads(done.stdout)
    return dict(found)


@pytest.fixture
def settings(spark_cluster: Ratelake) -> Settings:
    return spark_cluster.settings


@pytest.fixture
def place() -> str:
    return f"s3://lake/{uuid4().hex}"


def test_all_of_it_answers_within_its_memory(spark_cluster: Ratelake) -> None:
    found = said(spark_cluster)
    assert found["is_answering"] is True
    assert str(found["version"]).startswith("Spark 4.2.0")
    assert 0 < int(str(found["memory_bytes"])) < 5 * 10**9


def test_nobody_reads_its_secrets_and_nobody_elsewhere_reaches_it(settings: Settings) -> None:
    token = json.loads(settings.spark_access_file.read_text())["token"]
    keys = object_store(settings, "pipeline").secret_key.get_secret_value()
    secrets = [token, keys, (settings.spark_folder / "secret").read_text()]
    for name in PROCESSES:
        top = running(settings, name)
        assert top is not None, name
        for process in (top, *top.children(recursive=True)):
            shown = " ".join(process.cmdline())
            assert not [secret for secret in secrets if secret in shown], process.name()
            listens = {one.laddr.ip for one in process.net_connections() if not one.raddr}
            assert listens <= {"127.0.0.1", "::ffff:127.0.0.1"}, (name, listens)
    for path in (one for one in settings.spark_folder.rglob("*") if one.is_file()):
        if any(secret in path.read_text(errors="ignore") for secret in secrets):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_session_writes_and_reads_the_bucket_through_both_executors(
    settings: Settings, place: str
) -> None:
    with engine(settings) as spark:
        spark.range(0, 1000, numPartitions=4).write.format("delta").save(place)
        found = spark.read.format("delta").load(place).selectExpr("count(*)", "sum(id)")
        assert found.collect()[0][:] == (1000, 499500)
        assert len(set(executors(spark, rows=4, seconds=0.5))) == 2


def test_two_writers_of_one_table_lose_nothing_of_each_other(
    settings: Settings, place: str
) -> None:
    """The cluster's driver, and another that commits by a conditional put as well."""
    commits = 8

    def append_elsewhere() -> None:
        for number in range(commits):
            write_deltalake(place, pa.table({"id": [1000 + number]}), mode="append")

    with engine(settings) as spark, object_store(settings, "pipeline").reachable():
        spark.range(1).write.format("delta").save(place)
        with ThreadPoolExecutor(1) as elsewhere:
            other = elsewhere.submit(append_elsewhere)
            for number in range(1, commits + 1):
                spark.range(number, number + 1).write.format("delta").mode("append").save(place)
            other.result()
        found = {row.id for row in spark.read.format("delta").load(place).collect()}
        assert found == {*range(commits + 1), *range(1000, 1000 + commits)}
        assert DeltaTable(place).version() == 2 * commits


def test_a_wrong_token_is_refused_in_one_sentence(settings: Settings) -> None:
    wrong = settings.model_copy(update={"spark_token": SecretStr("wrong")})
    with pytest.raises(EngineUnavailable) as refused, engine(wrong):
        pass
    assert "refuses the token" in str(refused.value)
    assert "RATELAKE_SPARK_TOKEN" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_port_that_is_taken_is_named(spark_cluster: Ratelake, ratelake: Ratelake) -> None:
    taken = str(spark_cluster.settings.spark_port)
    ratelake.variables.update(
        RATELAKE_SPARK_PORT=taken, RATELAKE_SPARK_MASTER_PORT=str(free_port())
    )
    done = ratelake("up", "spark", exit_code=1)
    assert f"127.0.0.1:{taken}" in done.stderr.replace("\n", "")
    assert "RATELAKE_SPARK_PORT" in done.stderr


def test_a_job_outlives_a_worker_that_is_killed(spark_cluster: Ratelake) -> None:
    settings = spark_cluster.settings
    with engine(settings) as spark, ThreadPoolExecutor(1) as beside:
        job = beside.submit(executors, spark, 16, 0.5)
        time.sleep(2)
        killed = running(settings, "worker-1")
        assert killed is not None
        killed.send_signal(signal.SIGKILL)
        assert not job.done()
        assert len(job.result(timeout=120)) == 16
    assert "worker-1 stopped" in str(said(spark_cluster, exit_code=1)["address"])
    spark_cluster("up", "spark")
    assert said(spark_cluster)["is_answering"] is True
    with engine(settings) as spark:
        assert len(executors(spark, rows=4, seconds=0.1)) == 4
