"""Only one process at a time writes to a lake in a bucket."""

import json
import shutil
from pathlib import Path

import pytest

from ingestion import lease as leases
from ingestion.lease import LakeTaken, LakeUnreachable, LeaseLost, leased
from ingestion.lock import HomeIsBusy
from ingestion.residence import RESIDENCE, home_id
from ingestion.settings import Settings
from tests.object_store.bucket_home import BucketHome
from tests.object_store.lossy_line import lossy_line

pytestmark = pytest.mark.stack


@pytest.fixture
def writer(home: BucketHome) -> Settings:
    return home.settings.model_copy(update={"lake_url": f"s3://lake/{home.prefix}"})


def copy_of(writer: Settings, folder: Path) -> Settings:
    """The same home at another machine: it knows what it is, and works in another folder."""
    home_id(writer)
    folder.mkdir()
    shutil.copy(writer.root / RESIDENCE, folder / RESIDENCE)
    (folder / "s3").symlink_to(writer.s3_folder)
    return writer.model_copy(update={"home": folder})


def test_a_second_writer_is_refused_and_told_who_writes(writer: Settings, tmp_path: Path) -> None:
    second = copy_of(writer, tmp_path / "second")
    said = rf"process \d+ of .*:{writer.root} \(since 2"
    with leased(writer), pytest.raises(HomeIsBusy, match=said), leased(second):
        pass
    with leased(second) as check:
        check()


def test_the_lease_of_a_process_that_was_killed_ends_by_itself(
    writer: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = copy_of(writer, tmp_path / "second")
    lease = leases._Lease(leases.lake(writer), {"home": "killed"}, home_id(writer))
    lease.take()
    with pytest.raises(HomeIsBusy, match="of killed"), leased(second):
        pass
    monkeypatch.setattr(leases, "LEASE_SECONDS", -5)
    with leased(second):
        pass


def test_the_same_home_goes_on_at_once_after_it_was_killed(writer: Settings) -> None:
    # the lock of the home is held by whoever comes this far
    with leased(writer), leased(writer):
        pass


def test_a_place_serves_one_home(writer: Settings, home: BucketHome, tmp_path: Path) -> None:
    with leased(writer):
        pass
    other = home.lend_server_to(tmp_path / "other", "other").settings
    other = other.model_copy(update={"lake_url": writer.lake_url})
    said = rf"holds the tables of the home .*:{writer.root}"
    with pytest.raises(LakeTaken, match=said), leased(other):
        pass


def test_who_could_not_renew_in_time_must_not_commit(
    writer: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with leased(writer) as check:
        check()
        monkeypatch.setattr(leases, "LEASE_SECONDS", -5)
        with pytest.raises(LeaseLost, match="nothing of this run counts"):
            check()


def test_a_lost_answer_to_the_first_write_is_no_second_writer(writer: Settings) -> None:
    access = json.loads(writer.s3_access_file("pipeline").read_text())
    lost: list[str] = []

    def fault(method: str, path: str) -> str:
        if method == "PUT" and "_lease/" in path and not lost:
            lost.append(path)
            return "lost"
        return "pass"

    with lossy_line(writer.s3_port, access["ca_file"], fault) as address:
        given = {
            "s3_endpoint": address,
            "pipeline_access_key": access["access_key"],
            "pipeline_secret_key": access["secret_key"],
        }
        through = Settings(home=writer.home, lake_url=writer.lake_url, **given)
        with leased(through) as check:
            check()
    assert len(lost) == 1


def test_a_store_that_does_not_answer_is_named(writer: Settings) -> None:
    access = {"pipeline_access_key": "pipeline", "pipeline_secret_key": "none"}
    gone = Settings(
        home=writer.home, lake_url=writer.lake_url, s3_endpoint="https://localhost:9", **access
    )
    with pytest.raises(LakeUnreachable, match="ratelake up s3"), leased(gone):
        pass
