"""What stands in the server's folder besides its data: its configuration, made at each start."""

import secrets
from pathlib import Path
from string import Template

from ingestion.settings import Settings
from stack import cassandra, keycloak
from stack.cassandra.driver import MACHINE_AUTHORITIES
from stack.private_file import write_private
from stack.process import ServerFailed
from stack.tls import authority_file, server_files
from stack.trino.accounts import OWNER, ROLES, password_file, write_access

CONF = Path(__file__).resolve().parent / "conf"


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
        _fill(template, folder / "etc" / template.name, values)
    if realm is not None:
        added = Template((CONF / "sign_in" / "keycloak.properties").read_text())
        path = configuration(settings)
        write_private(path, path.read_text() + added.substitute(values | realm))
    _write_catalogs(settings, values)
    write_private(folder / "etc" / "jvm.config", (CONF / "jvm.config").read_text())
    write_private(folder / "etc" / "passwords", password_file(settings))
    learn_groups(settings)


def _keystore(settings: Settings) -> Path:
    """The server's key and certificate in one file, as Trino reads them."""
    certificate, key = server_files(settings.tls_folder, "trino")
    path = settings.trino_folder / "etc" / "server.pem"
    write_private(path, key.read_text() + certificate.read_text())
    return path


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


def _write_catalogs(settings: Settings, values: dict[str, str]) -> None:
    """The lake always, what Cassandra serves where there is one."""
    from_folder, into = CONF / "catalog", settings.trino_folder / "etc" / "catalog"
    _fill(from_folder / "lake.properties", into / "lake.properties", values)
    (into / "serving.properties").unlink(missing_ok=True)
    if served := _cassandra(settings):
        _fill(from_folder / "serving.properties", into / "serving.properties", served)


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
        tls, authorities = "true", f"cassandra.tls.truststore-path={path}"
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


def _fill(template: Path, into: Path, values: dict[str, str]) -> None:
    write_private(into, Template(template.read_text()).substitute(values))
