"""Bundles on a real S3 server: whole or not there, each once, by the rights of each component."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ingestion.landing import bucket
from ingestion.landing.bucket import PART_BYTES, BucketBundles, BucketFailed
from ingestion.landing.collect import collect
from ingestion.landing.packer import CollectReport
from ingestion.landing.store import BundleTaken
from ingestion.object_store import ObjectStoreUnknown
from ingestion.settings import Settings
from tests.object_store.bucket_home import BucketHome
from tests.object_store.lossy_line import lossy_line
from tests.unit.landing.landing_home import KNOWN_AT, Landing

pytestmark = pytest.mark.stack

CONTENT = b"event_id\n"


def test_what_is_collected_stands_in_the_bucket_and_nowhere_else(home: BucketHome) -> None:
    large = os.urandom(PART_BYTES + 1000)
    home.put("usage/a.csv", large)
    home.put("account/b.csv", CONTENT)
    assert home.collect().files == 2
    assert home.keys() == ["bundle-000000001.parquet"]
    assert {row["file_name"]: home.content(row) for row in home.rows()} == {
        "a.csv": large,
        "b.csv": CONTENT,
    }
    assert not home.settings.bundles.exists()
    assert not home.settings.unfinished_bundle.exists()
    assert home.collect() == CollectReport()


class Killed(BaseException):
    pass


def kill(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["_upload", "_complete"])
def test_killed_while_a_bundle_is_uploaded_nothing_half_is_left(
    home: BucketHome, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    home.put("usage/a.csv", CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(BucketBundles, moment, kill)
        with pytest.raises(Killed):
            home.collect()
    assert (home.keys(), len(home.uploads())) == ([], 1)
    assert home.collect().files == 1
    assert [row["file_name"] for row in home.rows()] == ["a.csv"]
    assert home.uploads() == []


def test_killed_after_a_bundle_appeared_its_files_are_not_taken_again(
    home: BucketHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.put("usage/a.csv", CONTENT)
    complete = BucketBundles._complete

    def complete_and_die(*arguments: object) -> None:
        complete(*arguments)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(BucketBundles, "_complete", complete_and_die)
        with pytest.raises(Killed):
            home.collect()
    assert home.collect() == CollectReport()
    assert [row["file_name"] for row in home.rows()] == ["a.csv"]


def through(home: BucketHome, address: str) -> None:
    """Let the home reach its server another way."""
    access = json.loads(home.settings.s3_access_file("collect").read_text())
    home.set(
        **home.settings.model_dump(exclude={"home", "collect_access_key", "collect_secret_key"})
        | {
            "s3_endpoint": address,
            "collect_access_key": access["access_key"],
            "collect_secret_key": access["secret_key"],
        }
    )


def each_busy_once() -> Callable[[str, str], str]:
    asked: set[tuple[str, str]] = set()

    def fault(method: str, path: str) -> str:
        is_new = (method, path) not in asked
        asked.add((method, path))
        return "busy" if is_new else "pass"

    return fault


def completions_lost() -> Callable[[str, str], str]:
    lost: list[str] = []

    def fault(method: str, path: str) -> str:
        if method == "POST" and "uploadId" in path and len(lost) < 2:
            lost.append(path)
            return "lost"
        return "pass"

    return fault


@pytest.mark.parametrize("faults", [each_busy_once, completions_lost])
def test_a_server_that_is_busy_or_loses_answers_gets_each_file_once(
    home: BucketHome, faults: Callable[[], Callable[[str, str], str]]
) -> None:
    access = home.store()
    home.put("usage/a.csv", os.urandom(PART_BYTES * 2))
    with lossy_line(home.settings.s3_port, str(access.ca_file), faults()) as address:
        through(home, address)
        assert home.collect().files == 1
        assert home.collect().files == 0
    assert [row["file_name"] for row in home.rows()] == ["a.csv"]
    assert home.keys() == ["bundle-000000001.parquet"]


def test_two_homes_at_one_place_do_not_overwrite_each_other(
    s3_home: BucketHome, home: BucketHome, tmp_path: Path
) -> None:
    other = s3_home.lend_server_to(tmp_path / "other", home.prefix)
    home.put("usage/a.csv", CONTENT)
    home.collect()
    store = BucketBundles(other.settings.landing_url, other.store("collect"))
    file = tmp_path / "bundle"
    file.write_bytes(b"other")
    with pytest.raises(BundleTaken, match=f"s3://landing/{home.prefix}/bundle-000000001"):
        store.add(1, file)
    assert [row["file_name"] for row in home.rows()] == ["a.csv"]


@pytest.mark.parametrize(
    ("component", "may"),
    [
        ("collect", {"put landing", "get landing"}),
        ("pipeline", {"get landing", "put lake", "get lake", "delete lake"}),
        ("reader", {"get lake"}),
    ],
)
def test_each_component_may_do_what_it_needs_and_no_more(
    s3_home: BucketHome, component: str, may: set[str]
) -> None:
    there = {"landing": s3_home.store("collect"), "lake": s3_home.store("pipeline")}
    client = s3_home.store(component).client(attempts=1)
    allowed = set()
    for name, owner in there.items():
        key = f"rights/{component}"
        owner.client().put_object(Bucket=name, Key=key, Body=b"there")
        tries = {
            f"get {name}": lambda name=name, key=key: client.get_object(Bucket=name, Key=key),
            f"put {name}": lambda name=name: client.put_object(
                Bucket=name, Key="rights/new", Body=b"new"
            ),
            f"delete {name}": lambda name=name, key=key: client.delete_object(Bucket=name, Key=key),
        }
        for what, attempt in tries.items():
            try:
                attempt()
            except ClientError as refused:
                assert refused.response["Error"]["Code"] == "AccessDenied"
            else:
                allowed.add(what)
    assert allowed == may


def test_a_server_that_refuses_is_named_and_nothing_is_lost(home: BucketHome) -> None:
    home.put("usage/a.csv", CONTENT)
    right = home.settings
    home.set(
        **right.model_dump(exclude={"home"})
        | {
            "s3_endpoint": home.store().endpoint,
            "s3_ca_file": home.store().ca_file,
            "collect_access_key": "collect",
            "collect_secret_key": "wrong",
        }
    )
    with pytest.raises(BucketFailed, match=f"s3://landing/{home.prefix}/.*SignatureDoesNotMatch"):
        home.collect()
    home.settings = right
    assert home.collect().files == 1


def test_keys_are_never_printed(home: BucketHome) -> None:
    store = home.store("collect")
    secret = store.secret_key.get_secret_value()
    assert len(secret) > 30
    assert secret not in repr(store)
    assert oct(home.settings.s3_access_file("collect").stat().st_mode & 0o777) == "0o600"


def test_a_home_without_a_server_says_what_to_do(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "home")
    landing.settings = Settings(home=landing.settings.home, landing_url="s3://landing")
    with pytest.raises(ObjectStoreUnknown, match="ratelake up s3"):
        collect(landing.settings, landing.keyring, known_at=KNOWN_AT)


def test_the_checksum_of_an_object_is_that_of_its_parts(home: BucketHome, tmp_path: Path) -> None:
    file = tmp_path / "bundle"
    file.write_bytes(os.urandom(PART_BYTES * 2 + 5))
    store = BucketBundles(home.settings.landing_url, home.store("collect"))
    client = home.store("collect").client()
    key = f"{home.prefix}/x"
    upload = client.create_multipart_upload(Bucket="landing", Key=key, ChecksumAlgorithm="SHA256")
    parts = store._upload(key, upload["UploadId"], file)
    assert bucket.checksum_of_parts(parts).endswith("-3")
    store._complete(key, upload["UploadId"], parts)
    found = client.head_object(Bucket="landing", Key=key, ChecksumMode="ENABLED")
    assert found["ChecksumSHA256"] == bucket.checksum_of_parts(parts)
