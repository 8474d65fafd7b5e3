"""A home whose bundles are kept in a bucket of its own S3 server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingestion.object_store import ObjectStore, object_store
from stack import s3
from stack.process import free_port
from tests.unit.landing.landing_home import Landing


class BucketHome(Landing):
    """A home whose inbox a test fills; several may share one server, each with its own prefix."""

    def __init__(self, home: Path, port: int, prefix: str) -> None:
        super().__init__(home)
        self.prefix = prefix
        self.set(s3_port=port, landing_url=f"s3://landing/{prefix}")

    def lend_server_to(self, folder: Path, prefix: str) -> "BucketHome":
        """A second home at the same server."""
        other = BucketHome(folder, self.settings.s3_port, prefix)
        (folder / "s3").symlink_to(self.settings.s3_folder)
        return other

    def store(self, component: str = "pipeline") -> ObjectStore:
        return object_store(self.settings, component)

    def rows(self) -> list[dict[str, Any]]:
        files, bucket = self.store().files(), f"landing/{self.prefix}"
        tables = [pq.read_table(f"{bucket}/{key}", filesystem=files) for key in self.keys()]
        return [row for table in tables for row in table.to_pylist()]

    def keys(self) -> list[str]:
        found = self.store().client().list_objects_v2(Bucket="landing", Prefix=f"{self.prefix}/")
        return [one["Key"].partition("/")[2] for one in found.get("Contents", ())]

    def uploads(self) -> list[str]:
        """What is uploaded in part, and so not seen."""
        client = self.store("collect").client()
        found = client.list_multipart_uploads(Bucket="landing", Prefix=f"{self.prefix}/")
        return [one["Key"] for one in found.get("Uploads", ())]


@contextmanager
def served_home(folder: Path) -> Iterator[BucketHome]:
    home = BucketHome(folder, free_port(), "first")
    s3.start(home.settings)
    try:
        yield home
    finally:
        s3.stop(home.settings)
