"""Start, stop and look at the Keycloak server of a home."""

import json
import ssl
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

from ingestion.settings import Settings
from stack.java import find_java
from stack.keycloak.accounts import issuer, realm_variables, write_access
from stack.part import PartStatus
from stack.private_file import write_private
from stack.process import check_free, end, find, install, launch, wait_until
from stack.tls import authority_file, server_files

REALM_FILE = Path(__file__).resolve().parent / "realm.json"
VERSION = "26.7.3"
# the first start makes the database and the realm: 20 s alone on two cores
START_SECONDS = 240
STOP_SECONDS = 30
ANSWER_SECONDS = 5
# a small server that starts quickly; the rest is what Keycloak's own script says
JAVA_OPTIONS = (
    "-Xms64m",
    "-Xmx300m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:MaxMetaspaceSize=256m",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
    "-Duser.country=US",
    "-Djdk.tls.rejectClientInitiatedRenegotiation=true",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
    "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
    "-Dpicocli.disable.closures=true",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.security=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
)
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's Keycloak server, the first time with its realm, users and clients; 2 steps
    of progress.

    Idempotent. It is a process of its own that outlives this one until `stop`. Raises ServerFailed,
    JavaMissing.
    """
    folder = settings.keycloak_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "server.lock"):
        on_progress(0, 2)
        if running(settings) is None:
            _launch(settings)
        on_progress(2, 2)


def _launch(settings: Settings) -> None:
    java, _ = find_java("Keycloak")
    program = install("keycloak", "Keycloak") / "server"
    check_free("Keycloak", "127.0.0.1", settings.keycloak_port, "RATELAKE_KEYCLOAK_PORT")
    folder, log = settings.keycloak_folder, settings.keycloak_folder / "server.log"
    write_access(settings)
    # Keycloak keeps its data in the folder that it is installed in: this one, with its programs
    # by a link, so that homes share those and nothing else
    link = folder / "lib"
    link.unlink(missing_ok=True)
    link.symlink_to(program / "lib")
    write_private(folder / "data" / "import" / "ratelake-realm.json", REALM_FILE.read_bytes())
    (folder / "tmp").mkdir(exist_ok=True, mode=0o700)
    command = [java, *JAVA_OPTIONS, home_flag(folder)]
    command += [
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        f"-Djboss.server.config.dir={program / 'conf'}",
    ]
    command += ["-cp", str(folder / "lib" / "quarkus-run.jar")]
    command += ["io.quarkus.bootstrap.runner.QuarkusEntryPoint"]
    # what is imported once stays as it is in the database
    command += ["start", "--optimized", "--import-realm"]
    process = launch(command, folder, log, environment(settings))
    wait_until(lambda: answers(settings), process, "Keycloak", log, START_SECONDS)


def home_flag(folder: Path) -> str:
    return f"-Dkc.home.dir={folder}"


def environment(settings: Settings) -> dict[str, str]:
    """Keycloak's options, and what its realm file leaves open. Nothing but HTTPS on 127.0.0.1: its
    management port is off, and with a local cache it looks for no other node."""
    certificate, key = server_files(settings.tls_folder, "keycloak")
    return {
        "PATH": "/usr/bin:/bin",
        "KC_HOSTNAME": f"https://localhost:{settings.keycloak_port}",
        "KC_HTTP_HOST": "127.0.0.1",
        "KC_HTTPS_PORT": str(settings.keycloak_port),
        "KC_HTTPS_CERTIFICATE_FILE": str(certificate),
        "KC_HTTPS_CERTIFICATE_KEY_FILE": str(key),
        "KC_CACHE": "local",
        **realm_variables(settings),
    }


def discovery(settings: Settings) -> dict[str, Any]:
    """What the realm says of itself, over TLS that the home's authority vouches for. Raises
    OSError, ValueError."""
    trusted = ssl.create_default_context(cafile=str(authority_file(settings.tls_folder)))
    # to this machine no proxy leads, whatever the environment says
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
    )
    url = f"{issuer(settings)}/.well-known/openid-configuration"
    with opener.open(url, timeout=ANSWER_SECONDS) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def answers(settings: Settings) -> bool:
    """Whether the realm says that it is the home's."""
    try:
        return discovery(settings).get("issuer") == issuer(settings)
    except (OSError, ValueError):
        return False


def running(settings: Settings) -> psutil.Process | None:
    return find(home_flag(settings.keycloak_folder))


def stop(settings: Settings) -> bool:
    """Stop the server; False when none ran. Its users stay."""
    return end(lambda: running(settings), STOP_SECONDS)


def status(settings: Settings) -> PartStatus:
    """What runs now, and whether the realm answers."""
    return PartStatus.of(
        "keycloak",
        running(settings),
        lambda: answers(settings),
        version=f"Keycloak {VERSION}",
        address=f"localhost:{settings.keycloak_port}",
        log=settings.keycloak_folder / "server.log",
    )
