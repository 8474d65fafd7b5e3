"""The command line on a home of the bench, as an operator runs it: each run is a process."""

import os
import subprocess
import sys
from collections.abc import Sequence

from ingestion.failures import Failure
from ingestion.settings import PROJECT, Settings


class RunFailed(Failure):
    """A run ended with another code than 0, or did other work than it should; says which."""


def ratelake(settings: Settings, *arguments: str) -> str:
    """What a command on a home prints, with all that the settings were given. Raises RunFailed."""
    command: Sequence[str] = (sys.executable, "-m", "ratelake", *arguments)
    given = {
        f"RATELAKE_{name.upper()}": str(getattr(settings, name))
        for name in settings.model_fields_set
    }
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ | given, capture_output=True, text=True
    )
    if done.returncode:
        raise RunFailed(f"ratelake {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stdout
