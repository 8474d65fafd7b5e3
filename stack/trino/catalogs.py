"""What the catalogs stand on: the lake, the metastore that knows its tables, and Cassandra."""

from pathlib import Path
from string import Template

from ingestion.object_store import ObjectStore, object_store
from ingestion.settings import Settings
from stack import cassandra, metastore
from stack.cassandra.driver import MACHINE_AUTHORITIES
from stack.private_file import write_private
from stack.process import ServerFailed

CONF = Path(__file__).resolve().parent / "conf"
# the account that only reads the lake
ACCOUNT = "reader"


def lake_store(settings: Settings) -> ObjectStore | None:
    """The object store that has the Delta tables; None where they are on this disk."""
    return object_store(settings, ACCOUNT) if settings.lake_url else None


def write_catalogs(settings: Settings) -> None:
    """The lake always; the metastore's where the tables are in a bucket and it is known; what
    Cassandra serves where there is one."""
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    served = _cassandra(settings)
    wanted = _lake_catalogs(settings)
    if served:
        wanted["serving.properties"] = filled("catalog/serving.properties", served)
    for path in folder.glob("*.properties"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        write_private(folder / name, text)


def is_outdated(settings: Settings) -> bool:
    """Whether the tables are elsewhere than when the server started, which it learns only then."""
    folder, wanted = _folder(settings), _lake_catalogs(settings)
    there = {path.name: path.read_text() for path in folder.glob("*.properties")}
    there.pop("serving.properties", None)
    return there != wanted


def filled(name: str, values: dict[str, str]) -> str:
    """A template of the configuration; what has an empty value is left out."""
    text = Template((CONF / name).read_text()).substitute(values)
    return "".join(line for line in text.splitlines(keepends=True) if not line.endswith("=\n"))


def _folder(settings: Settings) -> Path:
    return settings.trino_folder / "etc" / "catalog"


def _lake_catalogs(settings: Settings) -> dict[str, str]:
    store = lake_store(settings)
    found = {"lake.properties": filled("catalog/lake.properties", {"home": str(settings.root)})}
    if store is None:
        return found
    in_a_bucket = filled("added/s3.properties", _reached(store))
    found["lake.properties"] += in_a_bucket
    if known := metastore.access(settings):
        text = filled("catalog/metastore.properties", {"uri": known.uri})
        if known.authority:
            text += filled("added/metastore_tls.properties", {"authority": str(known.authority)})
        found["metastore.properties"] = text + in_a_bucket
    return found


def _reached(store: ObjectStore) -> dict[str, str]:
    return {
        "endpoint": store.endpoint,
        "path_style": "true" if store.endpoint else "",
        "region": store.region,
        "access_key": store.access_key,
        "secret_key": store.secret_key.get_secret_value(),
    }


def _cassandra(settings: Settings) -> dict[str, str] | None:
    """Where Cassandra answers, and a user who only reads."""
    node = cassandra.running_node(settings)
    if node is None:
        return None
    user, password = settings.cassandra_username, settings.cassandra_password
    if not settings.cassandra_hosts:
        user = cassandra.READER
        password = cassandra.password_of(settings.cassandra_folder, user)
    tls, authorities = "false", ""
    if node.trust is not None:
        # without a file Trino would speak plain text, and not say so
        path = settings.trino_folder / "etc" / "cassandra-authorities.pem"
        write_private(path, node.trust.authorities or _machine_authorities())
        tls, authorities = "true", str(path)
    return {
        "cassandra_tls": tls,
        "cassandra_authorities": authorities,
        "cassandra_hosts": ",".join(node.hosts),
        "cassandra_port": str(node.port),
        "cassandra_datacenter": node.datacenter,
        "cassandra_user": user,
        "cassandra_password": password.get_secret_value(),
    }


def _machine_authorities() -> str:
    if MACHINE_AUTHORITIES is None:
        raise ServerFailed(
            "this machine has no file of certificate authorities for Trino; set "
            "RATELAKE_CASSANDRA_CA_FILE to that of Cassandra's certificate"
        )
    return Path(MACHINE_AUTHORITIES).read_text()
