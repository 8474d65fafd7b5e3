"""A home that fetches its files from a server."""

import json
from pathlib import Path
from typing import Any

from ingestion.landing.collect import collect
from ingestion.landing.feeds_file import remotes
from ingestion.landing.packer import CollectReport
from stack.sftp.mediation import MediationServer, user
from tests.unit.landing.landing_home import KNOWN_AT, Landing


class PulledHome(Landing):
    """A home whose feeds file names one server; a test says which folders."""

    def __init__(self, home: Path, server: MediationServer) -> None:
        super().__init__(home)
        self.server = server
        self.remote: dict[str, Any] = {
            "name": "mediation",
            "host": "127.0.0.1",
            "port": server.port,
            "user": user(),
            "key_file": str(server.key_file),
            "known_hosts": str(server.known_hosts),
        }
        self.folders: list[dict[str, Any]] = []

    def fetch(self, feed: str, path: str, **others: Any) -> None:
        """Name a folder of the server, whose paths here are those below its files."""
        if "move_to" in others:
            others["move_to"] = str(self.server.files / others["move_to"])
        where = str(self.server.files / path)
        self.folders.append({"feed": feed, "path": where, **others})

    def write_feeds_file(self) -> None:
        lines = ["[[remote]]", *_pairs(self.remote)]
        for folder in self.folders:
            lines += ["[[remote.folder]]", *_pairs(folder)]
        self.settings.feeds_path.write_text("\n".join(lines))

    def collect(self) -> CollectReport:
        self.write_feeds_file()
        servers = remotes(self.settings)
        return collect(self.settings, self.keyring, known_at=KNOWN_AT, servers=servers)

    def collected(self) -> dict[str, bytes]:
        """The files in the bundles, by feed and name, as they were delivered; each once."""
        rows = self.rows()
        found = {f"{row['feed']}/{row['file_name']}": self.content(row) for row in rows}
        assert len(found) == len(rows)
        return found


def _pairs(values: dict[str, Any]) -> list[str]:
    # a JSON string or number is one of TOML too
    return [f"{name} = {json.dumps(value)}" for name, value in values.items()]
