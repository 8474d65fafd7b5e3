"""A home whose inbox a test fills, to be collected."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingestion.keys import Keyring, create_keyring, load_keyring
from ingestion.landing.bundle import content_label
from ingestion.landing.collect import collect
from ingestion.landing.envelope import stored_envelope
from ingestion.landing.packer import CollectReport
from ingestion.settings import Settings

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)
NUMBER = b"491711234567"


class Landing:
    """A home whose inbox a test fills."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        create_keyring(self.settings.keyring_file)
        self.keyring: Keyring = load_keyring(self.settings.keyring_file)

    def put(self, name: str, content: bytes) -> Path:
        path = self.settings.inbox_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def set(self, **values: Any) -> None:
        self.settings = Settings(home=self.settings.home, **values)

    def collect(self) -> CollectReport:
        return collect(self.settings, self.keyring, known_at=KNOWN_AT)

    def rows(self) -> list[dict[str, Any]]:
        files = sorted(self.settings.bundles.glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def content(self, row: dict[str, Any]) -> bytes:
        envelope = stored_envelope(self.keyring, row["key_id"], row["wrapped_key"])
        label = content_label(row["feed"], row["file_name"], row["file_id"])
        return envelope.open(row["nonce"], row["content"], label)
