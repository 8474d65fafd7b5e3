"""What stands in the server's folder besides its data: its configuration, made at each start."""

import secrets
from pathlib import Path

from ingestion.settings import Settings
from stack import keycloak
from stack.private_file import write_private
from stack.process import free_port
from stack.tls import TRUSTSTORE_PASSWORD, authority_file, server_files, truststore
from stack.trino.accounts import OWNER, ROLES, password_file, write_access
from stack.trino.catalogs import CONF, filled, lake_store, write_catalogs

COORDINATOR = "coordinator"
# as many as RATELAKE_TRINO_WORKERS allows
WORKERS = ("worker-1",)
HEAP, WORKER_HEAP = "1G", "768M"
# what tells one process of the server from another; all else in the folder is for each of them
OWN = ("config.properties", "node.properties")


def configuration(settings: Settings, name: str = COORDINATOR) -> Path:
    """The file that names all others, as a process is told it."""
    return _folder(settings, name) / "config.properties"


def jvm_file(settings: Settings, name: str) -> Path:
    return _folder(settings, name) / "jvm.config"


def data_folder(settings: Settings, name: str) -> Path:
    return settings.trino_folder / ("data" if name == COORDINATOR else name)


def known_workers(settings: Settings) -> list[str]:
    """The workers that the server was last asked to have, whether they run or not."""
    return [name for name in WORKERS if configuration(settings, name).exists()]


def prepare(settings: Settings) -> None:
    """Write the configuration for a start of the coordinator: files of mode 0600, as some hold
    passwords. Workers read it too, but for what is their own."""
    folder = settings.trino_folder
    write_access(settings, _url(settings), authority_file(settings.tls_folder))
    _write_keystore(settings)
    values = _values(settings, COORDINATOR) | {
        "is_coordinator": "true",
        "coordinator_works": "true",
        "port": str(settings.trino_port),
        "shared_secret": secrets.token_urlsafe(48),
    }
    realm = _realm(settings)
    if realm is not None:
        values |= {"sign_in": "PASSWORD,JWT,OAUTH2"}
    for template in CONF.glob("*.properties"):
        write_private(folder / "etc" / template.name, filled(template.name, values))
    if realm is not None:
        added = filled("sign_in/keycloak.properties", values | realm)
        path = configuration(settings)
        write_private(path, path.read_text() + added)
    write_catalogs(settings)
    write_private(jvm_file(settings, COORDINATOR), _java_options(settings, HEAP))
    write_private(folder / "etc" / "passwords", password_file(settings))
    learn_groups(settings)


def prepare_worker(settings: Settings, name: str) -> None:
    """Write what a worker has for itself beside the configuration of the coordinator that runs,
    whose secret it shares. It listens where it finds a port, and nobody signs in there."""
    _folder(settings, name).mkdir(exist_ok=True, mode=0o700)
    values = _values(settings, name) | {
        "is_coordinator": "false",
        "coordinator_works": "",
        "port": str(free_port()),
        "shared_secret": _said(settings, COORDINATOR)["internal-communication.shared-secret"],
    }
    for template in OWN:
        write_private(_folder(settings, name) / template, filled(template, values))
    write_private(jvm_file(settings, name), _java_options(settings, WORKER_HEAP))


def forget_worker(settings: Settings, name: str) -> None:
    configuration(settings, name).unlink(missing_ok=True)


def internal_address(settings: Settings, name: str) -> str:
    """Where a worker that is known listens, as the coordinator names it."""
    return f"https://localhost:{_said(settings, name)['http-server.https.port']}"


def _said(settings: Settings, name: str) -> dict[str, str]:
    """What a process was told at its start."""
    lines = configuration(settings, name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def _folder(settings: Settings, name: str) -> Path:
    folder = settings.trino_folder / "etc"
    return folder if name == COORDINATOR else folder / name


def _url(settings: Settings) -> str:
    return f"https://localhost:{settings.trino_port}"


def _values(settings: Settings, name: str) -> dict[str, str]:
    return {
        "name": name,
        "data": str(data_folder(settings, name)),
        "trino": str(settings.trino_folder),
        "conf": str(CONF),
        "coordinator_port": str(settings.trino_port),
        "keystore": str(_keystore(settings)),
        "authority": str(authority_file(settings.tls_folder)),
        "sign_in": "PASSWORD",
    }


def _keystore(settings: Settings) -> Path:
    return settings.trino_folder / "etc" / "server.pem"


def _write_keystore(settings: Settings) -> None:
    """The server's key and certificate in one file, as Trino reads them."""
    certificate, key = server_files(settings.tls_folder, "trino")
    write_private(_keystore(settings), key.read_text() + certificate.read_text())


def _java_options(settings: Settings, heap: str) -> str:
    """Those in the project, and for a bucket whose certificate the machine does not trust, by whom
    it is."""
    options, store = filled("jvm.config", {"heap": heap}), lake_store(settings)
    if store is None or store.ca_file is None:
        return options
    path = settings.trino_folder / "etc" / "truststore.p12"
    write_private(path, truststore(Path(store.ca_file)))
    values = {"truststore": str(path), "truststore_password": TRUSTSTORE_PASSWORD}
    return options + filled("added/jvm.config", values)


def _realm(settings: Settings) -> dict[str, str] | None:
    """How Trino reaches the home's Keycloak; None where none answers, and passwords have to do."""
    access = keycloak.read_client(settings, "trino")
    if access is None or not keycloak.answers(settings):
        return None
    return {
        "issuer": access.issuer,
        "issuer_authority": access.ca_file,
        "client_id": access.client_id,
        "client_secret": access.client_secret.get_secret_value(),
        # nobody becomes the owner of the views by a name that he was given there
        "people": f"(?!{OWNER}$)(.+)",
    }


def learn_groups(settings: Settings) -> None:
    """Tell the server who has which role: those of the realm, where the home has one. What was
    known before holds while Keycloak does not answer. The server looks every five seconds."""
    path = settings.trino_folder / "etc" / "groups"
    try:
        members = keycloak.members(settings) or {role: [role] for role in ROLES}
    except keycloak.KeycloakUnavailable:
        if path.exists():
            return
        members = {}
    write_private(
        path, "".join(f"{role}:{','.join(who)}\n" for role, who in members.items() if who)
    )
