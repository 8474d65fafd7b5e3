"""What stands in the server's folder besides its data: its configuration, made at each start."""

import secrets
from pathlib import Path

from ingestion.settings import Settings
from stack import keycloak
from stack.private_file import write_private
from stack.tls import TRUSTSTORE_PASSWORD, authority_file, server_files, truststore
from stack.trino.accounts import OWNER, ROLES, password_file, write_access
from stack.trino.catalogs import CONF, filled, lake_store, write_catalogs


def configuration(settings: Settings) -> Path:
    """The file that names all others, as the server is told it."""
    return settings.trino_folder / "etc" / "config.properties"


def prepare(settings: Settings) -> None:
    """Write the configuration for a start: files of mode 0600, as some hold passwords."""
    folder = settings.trino_folder
    url = f"https://localhost:{settings.trino_port}"
    keystore = _keystore(settings)
    authority = authority_file(settings.tls_folder)
    write_access(settings, url, authority)
    values = {
        "home": str(settings.root),
        "trino": str(folder),
        "conf": str(CONF),
        "port": str(settings.trino_port),
        "keystore": str(keystore),
        "authority": str(authority),
        "shared_secret": secrets.token_urlsafe(48),
        "sign_in": "PASSWORD",
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
    write_private(folder / "etc" / "jvm.config", _java_options(settings))
    write_private(folder / "etc" / "passwords", password_file(settings))
    learn_groups(settings)


def _keystore(settings: Settings) -> Path:
    """The server's key and certificate in one file, as Trino reads them."""
    certificate, key = server_files(settings.tls_folder, "trino")
    path = settings.trino_folder / "etc" / "server.pem"
    write_private(path, key.read_text() + certificate.read_text())
    return path


def _java_options(settings: Settings) -> str:
    """Those in the project, and for a bucket whose certificate the machine does not trust, by whom
    it is."""
    options, store = (CONF / "jvm.config").read_text(), lake_store(settings)
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
