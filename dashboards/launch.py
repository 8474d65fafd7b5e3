"""Start the dashboards: the servers of the home that they need, then Streamlit."""

import os
import sys
from pathlib import Path

from dashboards import identity
from dashboards.identity import Provider
from ingestion.settings import Settings
from stack import cassandra, keycloak
from stack.cassandra.driver import MACHINE_AUTHORITIES

APP = Path(__file__).resolve().parent / "app.py"


def main(settings: Settings) -> None:
    """Serve the dashboards on 127.0.0.1 until Ctrl-C; this process becomes the server.

    The home's Cassandra node, and its Keycloak if it has one, keep running after it, until
    `ratelake down`. Raises NodeFailed, ServerFailed, SignInUnknown.
    """
    provider = identity.provider(settings)
    print("Starting Cassandra if it does not run", flush=True)
    cassandra.start(settings)
    if provider is not None and provider.is_of_the_home:
        identity.check_redirect(settings)
        print("Starting Keycloak if it does not run", flush=True)
        keycloak.start(settings)
    says = "local, no sign-in" if provider is None else f"sign-in by {provider.issuer}"
    print(f"Ratelake: {address(settings, provider)} ({says}; Ctrl-C ends it)", flush=True)
    secrets = None if provider is None else identity.write_secrets(settings, provider)
    os.execve(sys.executable, command(settings, secrets), environment(settings, provider))


def address(settings: Settings, provider: Provider | None) -> str:
    """Where to open them; cookies of a sign-in want the name that the provider sends back to."""
    if provider is None:
        return f"http://127.0.0.1:{settings.dashboards_port}"
    return settings.dashboards_address


def command(settings: Settings, secrets: Path | None) -> list[str]:
    """Streamlit on the app. The address stands here too: no configuration can open it."""
    options = {
        "--server.address": "127.0.0.1",
        "--server.port": str(settings.dashboards_port),
        "--server.headless": "true",
        "--browser.gatherUsageStats": "false",
    }
    if secrets is not None:
        options["--secrets.files"] = str(secrets)
        # what Streamlit prints: cookies of a sign-in want one name for the server
        options["--browser.serverAddress"] = "localhost"
    words = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *words]


def environment(settings: Settings, provider: Provider | None) -> dict[str, str]:
    """The settings as the server reads them; no secret is ever an argument."""
    found = {
        **os.environ,
        "RATELAKE_HOME": str(settings.root),
        "RATELAKE_DASHBOARDS_PORT": str(settings.dashboards_port),
        "RATELAKE_CASSANDRA_HOSTS": settings.cassandra_hosts,
        "RATELAKE_CASSANDRA_PORT": str(settings.cassandra_port),
        "RATELAKE_CASSANDRA_TLS": str(settings.cassandra_tls),
        "RATELAKE_CASSANDRA_DATACENTER": settings.cassandra_datacenter,
        "RATELAKE_CASSANDRA_KEYSPACE": settings.cassandra_keyspace,
        "RATELAKE_CASSANDRA_USERNAME": settings.cassandra_username,
        "RATELAKE_CASSANDRA_PASSWORD": settings.cassandra_password.get_secret_value(),
    }
    authorities = settings.cassandra_ca_file or MACHINE_AUTHORITIES
    if authorities:
        # said here, as the authorities of the machine are others for that server: see below
        found["RATELAKE_CASSANDRA_CA_FILE"] = str(authorities)
    if provider is not None and provider.ca_file:
        # nothing else is asked by that server over TLS but Cassandra
        found["SSL_CERT_FILE"] = provider.ca_file
    if provider is not None and provider.is_of_the_home:
        # a proxy of the environment does not lead to this machine
        there = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        found["no_proxy"] = ",".join(filter(None, [there, "localhost,127.0.0.1"]))
    return found
