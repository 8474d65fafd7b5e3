from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.object_store.bucket_home import BucketHome, served_home


@pytest.fixture(scope="session")
def s3_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketHome]:
    """The home whose S3 server all tests here use."""
    with served_home(tmp_path_factory.mktemp("s3") / "home") as home:
        yield home


@pytest.fixture
def home(s3_home: BucketHome, tmp_path: Path) -> BucketHome:
    """A new home with a place of its own in the bucket."""
    return s3_home.lend_server_to(tmp_path / "home", uuid4().hex)
