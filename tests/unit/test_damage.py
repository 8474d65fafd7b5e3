"""What is said in place of a library's words when a run cannot go on."""

import errno
import os
from pathlib import Path

import pytest

from ingestion.damage import DiskFull, named_damage
from ingestion.object_store import ObjectStoreUnavailable
from ingestion.settings import Settings
from stack.process import free_port


def test_a_store_that_is_away_is_named(tmp_path: Path) -> None:
    endpoint = f"https://localhost:{free_port()}"
    settings = Settings(
        home=tmp_path,
        lake_url="s3://lake/tables",
        s3_endpoint=endpoint,
        pipeline_access_key="pipeline",
        pipeline_secret_key="secret",
    )
    said = f"the object store at {endpoint} does not answer; run again"
    with pytest.raises(ObjectStoreUnavailable, match=said), named_damage(settings):
        raise OSError("When listing objects: curlCode: 7, could not connect")


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="no space is left"), named_damage(Settings(home=tmp_path)):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_concerns_neither_tables_nor_disk_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(KeyError), named_damage(Settings(home=tmp_path)):
        raise KeyError("something else")
