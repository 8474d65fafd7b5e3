"""What the master and the Connect server say when they are asked."""

from urllib.parse import quote
from uuid import uuid4

import grpc
import psutil
import requests
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.proto.base_pb2 import (
    AnalyzePlanRequest,
    ReleaseSessionRequest,
    UserContext,
)
from pyspark.sql.connect.proto.base_pb2_grpc import SparkConnectServiceStub

from ingestion.settings import Settings
from stack.spark.files import address, read_token

SECONDS = 10


def alive_workers(settings: Settings, master: psutil.Process) -> int | None:
    """How many workers the master has; None when it does not answer. It says so on a page, at the
    port that it found for it."""
    try:
        listens = {
            one.laddr.port for one in master.net_connections("tcp") if one.status == "LISTEN"
        }
        (port,) = listens - {settings.spark_master_port}
        with requests.Session() as session:
            session.trust_env = False
            said = session.get(f"http://127.0.0.1:{port}/json/", timeout=SECONDS).json()
    except (requests.RequestException, psutil.Error, ValueError):
        return None
    return sum(worker["state"] == "ALIVE" for worker in said["workers"])


def connect_version(settings: Settings) -> str | None:
    """The version that the Connect server names to who has its token; None when it does not."""
    token = quote(read_token(settings) or "")
    session, user = str(uuid4()), UserContext(user_id="status")
    channel = DefaultChannelBuilder(f"{address(settings)}/;token={token}").toChannel()
    try:
        server = SparkConnectServiceStub(channel)
        asked = AnalyzePlanRequest(
            session_id=session,
            user_context=user,
            spark_version=AnalyzePlanRequest.SparkVersion(),
        )
        version = server.AnalyzePlan(asked, timeout=SECONDS).spark_version.version
        ended = ReleaseSessionRequest(session_id=session, user_context=user)
        server.ReleaseSession(ended, timeout=SECONDS)
    except grpc.RpcError:
        return None
    finally:
        channel.close()
    return str(version)
