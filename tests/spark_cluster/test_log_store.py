"""A commit of Delta on S3, when another driver commits the same version meanwhile."""

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.java_gateway import ensure_callback_server_started, launch_gateway

from ingestion.object_store import object_store
from stack.spark.files import conf_folder
from stack.spark.program import spark_home
from stack.tls import TRUSTSTORE_PASSWORD
from tests.conftest import Ratelake

pytestmark = pytest.mark.stack

VERSION = "_delta_log/00000000000000000001.json"
OURS, THEIRS = '{"commitInfo":"ours"}', '{"commitInfo":"theirs"}'


class Actions:
    """The line of a commit, for Java; what is to happen does so when it is asked for."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self.happens = happens

    def forEachRemaining(self, consumer: Any) -> None:
        self.happens()
        consumer.accept(OURS)

    class Java:
        implements = ("java.util.Iterator",)


@pytest.fixture(scope="module")
def jvm(cluster: Ratelake) -> Iterator[Any]:
    """A second driver's JVM, configured as the cluster's is."""
    settings = cluster.settings
    java = f"-Djavax.net.ssl.trustStore={conf_folder(settings) / 'store.p12'}"
    java += f" -Djavax.net.ssl.trustStorePassword={TRUSTSTORE_PASSWORD}"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SPARK_")]:
            patch.delenv(name)
        patch.setenv("SPARK_HOME", str(spark_home()))
        patch.setenv("SPARK_CONF_DIR", str(conf_folder(settings)))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"--driver-java-options '{java}' pyspark-shell")
        gateway = launch_gateway()
    ensure_callback_server_started(gateway)
    yield gateway.jvm
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(30)


def commit(jvm: Any, place: str, happens: Callable[[], None]) -> None:
    """Write version 1 of a table by the log store that the configuration names."""
    configuration = jvm.org.apache.spark.deploy.SparkHadoopUtil.get().conf()
    store = jvm.java.lang.System.getProperty("spark.delta.logStore.s3.impl")
    made = getattr(jvm, store)(configuration)
    path = jvm.org.apache.hadoop.fs.Path(f"{place}/{VERSION}")
    made.write(path, Actions(happens), False, configuration)


def test_of_two_commits_of_one_version_the_store_keeps_the_first(
    jvm: Any, cluster: Ratelake
) -> None:
    client = object_store(cluster.settings, "pipeline").client()
    key = f"{uuid4().hex}/{VERSION}"
    place = f"s3://lake/{key.partition('/')[0]}"

    def commit_between() -> None:
        client.put_object(Bucket="lake", Key=key, Body=THEIRS.encode())

    with pytest.raises(Py4JJavaError, match="FileAlreadyExistsException"):
        commit(jvm, place, commit_between)
    assert client.get_object(Bucket="lake", Key=key)["Body"].read() == THEIRS.encode()


def test_a_commit_that_came_twice_is_one(jvm: Any, cluster: Ratelake) -> None:
    """The store took it, its answer was lost, and it is sent again."""
    client = object_store(cluster.settings, "pipeline").client()
    key = f"{uuid4().hex}/{VERSION}"
    place = f"s3://lake/{key.partition('/')[0]}"

    def arrive_before() -> None:
        client.put_object(Bucket="lake", Key=key, Body=f"{OURS}\n".encode())

    commit(jvm, place, arrive_before)
    assert client.get_object(Bucket="lake", Key=key)["Body"].read() == f"{OURS}\n".encode()
