"""What stands in the cluster's folder besides its work: its configuration, with its secrets."""

import json
import secrets
from pathlib import Path

from ingestion.object_store import ObjectStore, ObjectStoreUnknown, object_store
from ingestion.settings import PROJECT, Settings
from stack import metastore
from stack.private_file import write_private
from stack.process import ServerFailed
from stack.spark.program import SETTINGS, java_options
from stack.tls import TRUSTSTORE_PASSWORD, truststore

JARS = PROJECT / ".jars" / "spark"
DEFAULTS = "spark-defaults.conf"
# who reads and writes the lake's bucket
ACCOUNT = "pipeline"


def conf_folder(settings: Settings) -> Path:
    return settings.spark_folder / "conf"


def address(settings: Settings) -> str:
    """The Connect server's; by this name the client sends a token though loopback has no TLS."""
    return f"sc://localhost:{settings.spark_port}"


def master_url(settings: Settings) -> str:
    return f"spark://127.0.0.1:{settings.spark_master_port}"


def read_token(settings: Settings) -> str | None:
    """What clients of the Connect server show; None before its first start."""
    path = settings.spark_access_file
    return str(json.loads(path.read_text())["token"]) if path.exists() else None


def prepare(settings: Settings) -> bool:
    """Write the configuration for a start: files of mode 0600. Whether it says something new."""
    token = read_token(settings) or secrets.token_urlsafe(32)
    access = {"address": address(settings), "token": token}
    write_private(settings.spark_access_file, json.dumps(access, indent=2) + "\n")
    lines = [f"{name} {value}\n" for name, value in _own(settings).items()]
    wanted = (SETTINGS / DEFAULTS).read_text() + "".join(lines)
    path = conf_folder(settings) / DEFAULTS
    is_new = not path.exists() or path.read_text() != wanted
    write_private(path, wanted)
    return is_new


def _own(settings: Settings) -> dict[str, str]:
    """The settings of the home; of two with one name Spark takes the later."""
    folder = settings.spark_folder
    trust = _trust(settings)
    return {
        "spark.master": master_url(settings),
        "spark.app.name": "ratelake",
        # master, workers, driver and executors know each other by it, and encrypt what they say
        "spark.authenticate": "true",
        "spark.authenticate.secret": _secret(settings),
        "spark.network.crypto.enabled": "true",
        "spark.network.crypto.cipher": "AES/GCM/NoPadding",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(settings.spark_port),
        "spark.connect.grpc.port.maxRetries": "0",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraClassPath": f"{JARS}/*",
        "spark.driver.extraJavaOptions": java_options(folder / "connect.log") + trust,
        "spark.executor.memory": "1g",
        "spark.executor.cores": "1",
        "spark.executor.extraClassPath": f"{JARS}/*",
        "spark.executor.extraJavaOptions": java_options(folder / "executors.log") + trust,
        "spark.local.dir": str(folder / "scratch"),
        "spark.hadoop.hadoop.tmp.dir": str(folder / "scratch"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.worker.cleanup.enabled": "true",
        "spark.eventLog.enabled": "false",
        "spark.ui.killEnabled": "false",
        # a second way to send programs to the master, which asks for no secret
        "spark.master.rest.enabled": "false",
        **store_settings(settings),
        **catalog_settings(settings),
    }


def _secret(settings: Settings) -> str:
    """Of the cluster; once made it stays."""
    path = settings.spark_folder / "secret"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text()


def store_settings(settings: Settings) -> dict[str, str]:
    """How the lake's bucket is reached; nothing in a home that has no object store."""
    store = _store(settings)
    if store is None:
        return {}
    found = {
        "endpoint.region": store.region,
        "access.key": store.access_key,
        "secret.key": store.secret_key.get_secret_value(),
    }
    if store.endpoint:
        found |= {"endpoint": store.endpoint, "path.style.access": "true"}
    return {f"spark.hadoop.fs.s3a.{name}": value for name, value in found.items()}


def catalog_settings(settings: Settings) -> dict[str, str]:
    """Where Spark keeps which tables there are: in the metastore, or where there is none in the
    memory of the Connect server. Raises ServerFailed for one that does not answer: without it the
    tables would seem gone."""
    found = metastore.access(settings)
    if found is None:
        return {"spark.sql.catalogImplementation": "in-memory"}
    if metastore.uri(settings) is None:
        raise ServerFailed(
            f"Spark needs the metastore at {found.uri}, which does not answer: "
            "`ratelake up metastore` starts that of the home"
        )
    # one that is started again is waited for: half a minute
    uses = {"uris": found.uri, "use.SSL": "false", "connect.retries": "30", "failure.retries": "5"}
    if found.authority is not None:
        trusted = conf_folder(settings) / "metastore.p12"
        write_private(trusted, truststore(found.authority))
        uses |= {
            "use.SSL": "true",
            "truststore.path": str(trusted),
            "truststore.password": TRUSTSTORE_PASSWORD,
        }
    return {
        "spark.sql.catalogImplementation": "hive",
        **{f"spark.hadoop.hive.metastore.{name}": value for name, value in uses.items()},
    }


def _trust(settings: Settings) -> str:
    """Whose certificates Java takes, where the object store has an authority of its own."""
    store = _store(settings)
    if store is None or store.ca_file is None:
        return ""
    trusted = conf_folder(settings) / "store.p12"
    write_private(trusted, truststore(Path(store.ca_file)))
    return (
        f' "-Djavax.net.ssl.trustStore={trusted}"'
        f" -Djavax.net.ssl.trustStorePassword={TRUSTSTORE_PASSWORD}"
    )


def _store(settings: Settings) -> ObjectStore | None:
    try:
        return object_store(settings, ACCOUNT)
    except ObjectStoreUnknown:
        return None
