"""Java of the machine, for the servers that run on it."""

import re
import shutil
import subprocess

from ingestion.failures import Failure

# what Cassandra and Spark share; the other servers run on it too
VERSION = 17


class JavaMissing(Failure):
    """There is no Java of the version needed; says what is there instead, and what to install."""


def find_java(server: str) -> tuple[str, str]:
    """The path of Java 17, and its whole version. Raises JavaMissing in the server's name."""
    advice = f"install openjdk-{VERSION}-jre-headless, or put Java {VERSION} first on the PATH"
    path = shutil.which("java")
    if path is None:
        raise JavaMissing(
            f"{server} needs Java {VERSION} and there is no `java` on the PATH: {advice}"
        )
    said = subprocess.run([path, "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "([^"]+)"', said)
    if version is None or version[1].split(".")[0] != str(VERSION):
        got = version[1] if version else repr(said[:80])
        raise JavaMissing(f"{server} needs Java {VERSION}, but {path} is {got}: {advice}")
    return path, version[1]
