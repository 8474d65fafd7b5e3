"""What stands in the metastore's folder besides its data: its configuration, with its passwords."""

import secrets
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from ingestion.object_store import ObjectStore, ObjectStoreUnknown, object_store
from ingestion.settings import Settings
from stack.private_file import write_private
from stack.tls import authority_file, server_files, server_keystore, truststore

CONF = Path(__file__).resolve().parent / "conf"
DATABASE = "metastore"
# who makes and drops tables in the lake's bucket
ACCOUNT = "pipeline"
NOTHING = "<configuration/>\n"


def password(settings: Settings) -> str:
    """Of the metastore in its database, and of its own key file; once made it stays."""
    path = settings.metastore_folder / "password"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text()


def prepare(settings: Settings) -> bool:
    """Write the configuration for a start: files of mode 0600. Whether it says something new."""
    folder = settings.metastore_folder / "conf"
    certificate, key = server_files(settings.tls_folder, DATABASE)
    values = {
        "database_port": str(settings.metastore_database_port),
        "authority": str(authority_file(settings.tls_folder)),
        "certificate": str(certificate),
        "key": str(key),
        "hba_file": str(CONF / "pg_hba.conf"),
        "folder": str(settings.metastore_folder),
        "keystore": str(folder / "keystore.p12"),
        "password": password(settings),
    }
    store = _object_store(settings)
    wanted = {
        "postgresql.conf": _filled("postgresql.conf", values),
        "hive-site.xml": _filled("hive-site.xml", _escaped(values)),
        "core-site.xml": _filled("core-site.xml", _escaped(_reached(store))) if store else NOTHING,
    }
    is_new = any(_text(folder / name) != text for name, text in wanted.items())
    for name, text in wanted.items():
        write_private(folder / name, text)
    write_private(
        folder / "keystore.p12", server_keystore(settings.tls_folder, DATABASE, values["password"])
    )
    trusted = truststore_file(settings)
    trusted.unlink(missing_ok=True)
    if store and store.ca_file:
        write_private(trusted, truststore(Path(store.ca_file)))
    return is_new


def truststore_file(settings: Settings) -> Path:
    """The authority of the bucket's certificate; not there where the machine trusts it."""
    return settings.metastore_folder / "conf" / "truststore.p12"


def _object_store(settings: Settings) -> ObjectStore | None:
    """Where the lake's bucket is; None in a home that has no object store."""
    try:
        return object_store(settings, ACCOUNT)
    except ObjectStoreUnknown:
        return None


def _reached(store: ObjectStore) -> dict[str, str]:
    return {
        "endpoint": store.endpoint,
        "region": store.region,
        "path_style": "true" if store.endpoint else "false",
        "access_key": store.access_key,
        "secret_key": store.secret_key.get_secret_value(),
    }


def _filled(name: str, values: dict[str, str]) -> str:
    return Template((CONF / name).read_text()).substitute(values)


def _escaped(values: dict[str, str]) -> dict[str, str]:
    return {name: escape(value) for name, value in values.items()}


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
