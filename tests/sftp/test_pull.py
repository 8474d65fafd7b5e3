"""Files are fetched from a real SSH server once, whole, and then acknowledged to it."""

import os
import time
from pathlib import Path

import pytest

from ingestion.landing import remote_files
from ingestion.landing.packer import CollectReport
from ingestion.landing.remote_files import CHUNK
from stack.sftp.mediation import MediationServer
from tests.sftp.cut_line import cut_line
from tests.sftp.pulled_home import PulledHome

CONTENT = b"event_id\n"


def test_files_of_each_folder_come_into_their_feed_once(
    server: MediationServer, home: PulledHome
) -> None:
    delivered = {f"usage/u{no}.csv": b"%d" % no for no in range(60)} | {"account/a.csv": b"a"}
    for name, content in delivered.items():
        server.put(name, content)
    server.put("usage/notes.txt", b"not asked for")
    server.put("usage/below/u.csv", b"folders below are not entered")
    home.fetch("usage", "usage", pattern="*.csv")
    home.fetch("account", "account")
    report = home.collect()
    size = sum(map(len, delivered.values()))
    assert report == CollectReport(files=61, size_bytes=size, bundles=1)
    assert home.collected() == delivered
    assert home.collect() == CollectReport()
    assert list((home.settings.spool / "mediation").iterdir()) == []


def test_a_file_whose_time_or_size_changed_is_another_delivery(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("usage/a.csv", b"first")
    home.fetch("usage", "usage")
    assert home.collect().files == 1
    server.put("usage/a.csv", b"first", age_seconds=30)
    assert home.collect().files == 1
    assert len(home.rows()) == 2


@pytest.mark.parametrize("after", ["keep", "move", "delete"])
def test_after_it_is_collected_a_file_is_kept_moved_or_deleted(
    server: MediationServer, home: PulledHome, after: str
) -> None:
    server.put("usage/a.csv", CONTENT)
    home.fetch("usage", "usage", after=after, **({"move_to": "done"} if after == "move" else {}))
    home.collect()
    (server.files / "done").mkdir(exist_ok=True)
    left = {"keep": (["a.csv"], []), "move": ([], ["a.csv"]), "delete": ([], [])}
    assert (server.names("usage"), server.names("done")) == left[after]


def test_a_name_that_is_taken_where_a_file_is_moved_to_gets_its_size_and_time(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("done/a.csv", b"yesterday's")
    path = server.put("usage/a.csv", CONTENT)
    moved = f"a.csv.{len(CONTENT)}-{int(path.stat().st_mtime)}"
    home.fetch("usage", "usage", after="move", move_to="done")
    assert home.collect().skipped == []
    assert server.names("done") == ["a.csv", moved]
    assert (server.files / "done" / "a.csv").read_bytes() == b"yesterday's"


def test_what_is_unfinished_or_still_grows_is_left_with_the_reason(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("usage/a.csv.tmp", CONTENT)
    server.put("usage/.hidden.csv", CONTENT)
    server.put("usage/fresh.csv", CONTENT, age_seconds=0)
    (server.files / "usage" / "link.csv").symlink_to(server.put("other/b.csv", CONTENT))
    home.fetch("usage", "usage", after="delete")
    home.remote["quiet_seconds"] = 30
    report = home.collect()
    at = f"sftp:mediation:{server.files}/usage"
    unfinished = "its name says that it is hidden or still being written"
    assert report == CollectReport(
        skipped=[
            (f"{at}/.hidden.csv", unfinished),
            (f"{at}/a.csv.tmp", unfinished),
            (f"{at}/fresh.csv", "changed less than 30 seconds ago"),
            (f"{at}/link.csv", "no regular file"),
        ]
    )
    assert len(server.names("usage")) == 4


def test_a_file_that_grows_while_it_is_fetched_is_not_taken(
    server: MediationServer, home: PulledHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = server.put("usage/a.csv", CONTENT)
    append = remote_files._Part.append

    def grow(part: remote_files._Part, chunk: bytes) -> None:
        append(part, chunk)
        with path.open("ab") as file:
            file.write(b"more")

    home.fetch("usage", "usage", after="delete")
    with monkeypatch.context() as patch:
        patch.setattr(remote_files._Part, "append", grow)
        report = home.collect()
    assert [reason for _, reason in report.skipped] == [
        "it cannot be fetched: it changed while it was fetched (9 bytes when listed, 13 now)"
    ]
    assert (report.files, server.names("usage")) == (0, ["a.csv"])
    home.remote["quiet_seconds"] = 0
    assert home.collect().files == 1
    assert home.collected() == {"usage/a.csv": CONTENT + b"more"}


def test_a_line_that_is_cut_near_the_end_costs_one_chunk_and_no_file(
    server: MediationServer, home: PulledHome
) -> None:
    large = os.urandom(10 * CHUNK)
    server.put("usage/large.csv", large)
    server.put("usage/small.csv", CONTENT)
    home.fetch("usage", "usage", after="delete")
    home.remote["connections"] = 1
    with cut_line(server.port, after=[int(len(large) * 0.99)]) as line:
        home.remote["port"] = line.port
        host_key = server.known_hosts.read_text().partition(" ")[2]
        server.known_hosts.write_text(f"[127.0.0.1]:{line.port} {host_key}")
        report = home.collect()
    assert (report.files, report.unreachable) == (2, [])
    assert home.collected() == {"usage/large.csv": large, "usage/small.csv": CONTENT}
    assert server.names("usage") == []
    assert len(line.carried) == 2
    assert line.carried[1] < 3 * CHUNK


def test_a_server_that_is_gone_stops_nothing_else(
    server: MediationServer, home: PulledHome
) -> None:
    home.put("account/a.csv", b"account_id\n")
    server.put("usage/a.csv", CONTENT)
    home.fetch("usage", "usage")
    server.stop()
    report = home.collect()
    ((name, reason),) = report.unreachable
    assert name == "sftp:mediation"
    assert reason.startswith(f"127.0.0.1:{server.port}: ")
    assert "Connect call failed" in reason
    assert home.collected() == {"account/a.csv": b"account_id\n"}
    server.start()
    assert home.collect().files == 1


def test_another_host_key_or_a_key_that_it_does_not_know_ends_the_pull(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("usage/a.csv", CONTENT)
    home.fetch("usage", "usage")
    right = server.known_hosts.read_text()
    other = (server.folder / "client_key.pub").read_text()
    server.known_hosts.write_text(f"[127.0.0.1]:{server.port} {other}")
    ((_, reason),) = home.collect().unreachable
    assert f"its host key is not the one in {server.known_hosts}" in reason
    server.known_hosts.write_text(right)
    home.remote["key_file"] = str(server.folder / "host_key")
    ((_, reason),) = home.collect().unreachable
    assert f"with the key {server.folder / 'host_key'}" in reason
    assert home.rows() == []


def test_a_folder_that_is_not_there_is_named_and_the_others_are_read(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("usage/a.csv", CONTENT)
    home.fetch("account", "nowhere")
    home.fetch("usage", "usage")
    report = home.collect()
    assert report.unreachable == [
        (
            f"sftp:mediation:{server.files}/nowhere",
            "it cannot be used: No such file",
        )
    ]
    assert home.collected() == {"usage/a.csv": CONTENT}


def test_a_file_larger_than_allowed_is_left_and_named(
    server: MediationServer, home: PulledHome
) -> None:
    server.put("usage/a.csv", CONTENT)
    home.fetch("usage", "usage", after="delete")
    home.set(max_file_bytes=5)
    ((name, reason),) = home.collect().skipped
    assert name.endswith("/usage/a.csv")
    assert reason == "it has 9 bytes; allowed: at most 5"
    assert server.names("usage") == ["a.csv"]


def test_names_of_any_bytes_are_fetched(server: MediationServer, home: PulledHome) -> None:
    folder = os.fsencode(server.put("usage/a.csv", CONTENT).parent)
    written_at = time.time() - 60
    for name in (b"latin-\xe9.csv", b"two\nlines.csv", b"a\\.csv"):
        path = Path(os.fsdecode(folder + b"/" + name))
        path.write_bytes(name)
        os.utime(path, (written_at, written_at))
    home.fetch("usage", "usage", after="delete")
    assert home.collect().files == 4
    assert sorted(home.collected()) == [
        "usage/a.csv",
        "usage/a\\.csv",
        "usage/latin-\\xe9.csv",
        "usage/two\\nlines.csv",
    ]
    assert server.names("usage") == []
