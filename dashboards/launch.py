"""Start the dashboards: the home's Cassandra node if it does not run, then Streamlit."""

import os
import sys
from pathlib import Path

from ingestion.settings import Settings
from stack import cassandra

APP = Path(__file__).resolve().parent / "app.py"


def main(settings: Settings, port: int) -> None:
    """Serve the dashboards on 127.0.0.1 until Ctrl-C; this process becomes the server.

    The Cassandra node keeps running after it, until `ratelake down`. Raises NodeFailed.
    """
    print("Starting Cassandra if it does not run", flush=True)
    cassandra.start(settings)
    print(f"Ratelake: http://127.0.0.1:{port} (local, no sign-in; Ctrl-C ends it)", flush=True)
    os.execve(sys.executable, command(port), environment(settings))


def command(port: int) -> list[str]:
    """Streamlit on the app. The address stands here too: no configuration can open it."""
    options = {
        "--server.address": "127.0.0.1",
        "--server.port": str(port),
        "--server.headless": "true",
        "--browser.gatherUsageStats": "false",
    }
    words = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *words]


def environment(settings: Settings) -> dict[str, str]:
    """The settings as the server reads them; the password is never an argument."""
    return {
        **os.environ,
        "RATELAKE_HOME": str(settings.root),
        "RATELAKE_CASSANDRA_HOSTS": settings.cassandra_hosts,
        "RATELAKE_CASSANDRA_PORT": str(settings.cassandra_port),
        "RATELAKE_CASSANDRA_DATACENTER": settings.cassandra_datacenter,
        "RATELAKE_CASSANDRA_KEYSPACE": settings.cassandra_keyspace,
        "RATELAKE_CASSANDRA_USERNAME": settings.cassandra_username,
        "RATELAKE_CASSANDRA_PASSWORD": settings.cassandra_password.get_secret_value(),
    }
