"""Partners bring files by SFTP, each locked into a folder of his own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.landing.packer import CollectReport
from ingestion.settings import PROJECT
from stack import sftp
from stack.sftp import PartnersFileWrong, ServerFailed
from tests.sftp.partner_home import PartnerHome, partner_home

CONTENT = b"event_id\n"


@pytest.fixture(scope="module")
def started() -> Iterator[PartnerHome]:
    with partner_home() as home:
        home.admit(acme=["usage", "account"], other=["usage"])
        sftp.start(home.settings)
        (home.folder / "a.csv").write_bytes(CONTENT)
        yield home


@pytest.fixture
def home(started: PartnerHome) -> PartnerHome:
    """The server with the folders of both partners empty."""
    for path in started.settings.partner_inboxes.glob("*/*/*"):
        path.unlink()
    return started


def local(home: PartnerHome) -> Path:
    return home.folder / "a.csv"


def test_what_a_partner_brings_is_collected_into_its_feed(home: PartnerHome) -> None:
    home.set(**(home.settings.model_dump(exclude={"home"}) | {"after_collect": "delete"}))
    brought = home.sftp(
        "acme", f"put {local(home)} usage/a.csv.tmp", "rename usage/a.csv.tmp usage/a.csv"
    )
    assert brought.returncode == 0, brought.stderr
    assert home.sftp("other", f"put {local(home)} usage/b.csv").returncode == 0
    assert home.collect() == CollectReport(files=2, size_bytes=2 * len(CONTENT), bundles=1)
    found = {row["source_path"]: (row["feed"], home.content(row)) for row in home.rows()}
    assert found == {
        "sftp/partners/acme/usage/a.csv": ("usage", CONTENT),
        "sftp/partners/other/usage/b.csv": ("usage", CONTENT),
    }
    assert home.brought("acme", "usage") == home.brought("other", "usage") == []


def test_what_is_still_brought_is_left(home: PartnerHome) -> None:
    home.sftp("acme", f"put {local(home)} usage/a.csv.tmp")
    ((name, reason),) = home.collect().skipped
    assert name == "acme: usage/a.csv.tmp"
    assert "still being written" in reason


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("put {local} usage/there.csv", 'dest open "/usage/there.csv": Permission denied'),
        ("get usage/there.csv {local}.got", "Permission denied"),
        ("rm usage/there.csv", "Permission denied"),
        ("chmod 777 usage/there.csv", "Permission denied"),
        ("ln -s usage/there.csv usage/link.csv", "Permission denied"),
        ("mkdir usage/folder", "Permission denied"),
        ("rmdir account", "Permission denied"),
        ("put {local} here.csv", "Permission denied"),
        ("ls /etc", "not found"),
        ("ls ../other", "not found"),
    ],
)
def test_a_partner_can_write_and_nothing_else(home: PartnerHome, command: str, said: str) -> None:
    there = home.sftp("acme", f"put {local(home)} usage/there.csv")
    assert there.returncode == 0
    refused = home.sftp("acme", command.format(local=local(home)))
    assert refused.returncode == 1
    assert said in refused.stderr
    stored = home.settings.partner_inboxes / "acme" / "usage" / "there.csv"
    assert stored.read_bytes() == CONTENT
    assert home.brought("acme", "usage") == ["there.csv"]


def test_a_name_that_is_taken_is_not_renamed_over(home: PartnerHome) -> None:
    (home.folder / "b.csv").write_bytes(b"other")
    home.sftp("acme", f"put {local(home)} usage/a.csv", f"put {home.folder / 'b.csv'} usage/b.tmp")
    assert home.sftp("acme", "rename usage/b.tmp usage/a.csv").returncode == 1
    stored = home.settings.partner_inboxes / "acme" / "usage"
    assert (stored / "a.csv").read_bytes() == CONTENT
    assert home.brought("acme", "usage") == ["a.csv", "b.tmp"]


@pytest.mark.parametrize(
    ("name", "key_of"), [("acme", "other"), ("root", "acme"), ("nobody", "acme")]
)
def test_a_key_opens_one_partners_folder_only(home: PartnerHome, name: str, key_of: str) -> None:
    refused = home.sftp(name, "ls", key_of=key_of)
    assert "Permission denied (publickey)" in refused.stderr


def test_a_partner_gets_no_shell_and_no_tunnel(home: PartnerHome) -> None:
    port = home.settings.sftp_port
    ssh = ["ssh", "-F", "none", "-i", str(home.key("acme")), "-p", str(port)]
    ssh += ["-o", f"UserKnownHostsFile={home.folder / 'known_hosts'}", "-o", "BatchMode=yes"]
    shell = subprocess.run(
        [*ssh, "acme@127.0.0.1", "id"], capture_output=True, text=True, timeout=60, input=""
    )
    assert "uid=" not in shell.stdout
    tunnel = [*ssh, "-W", f"127.0.0.1:{port}", "acme@127.0.0.1"]
    refused = subprocess.run(tunnel, capture_output=True, text=True, timeout=60, input="")
    assert "administratively prohibited" in refused.stderr


def test_a_partner_that_is_no_longer_named_is_locked_out_and_one_that_comes_is_let_in(
    home: PartnerHome,
) -> None:
    home.admit(acme=["usage", "account"], third=["payment"])
    sftp.start(home.settings)
    try:
        assert "Permission denied (publickey)" in home.sftp("other", "ls").stderr
        assert home.sftp("third", "ls").stdout.split()[-1] == "payment"
        assert home.sftp("acme", "ls account").returncode == 0
    finally:
        home.admit(acme=["usage", "account"], other=["usage"])
        sftp.start(home.settings)
    assert home.sftp("other", "ls").returncode == 0


def test_ssh_audit_fails_nothing(home: PartnerHome) -> None:
    command = [sys.executable, "-m", "ssh_audit", "--json", "--port", str(home.settings.sftp_port)]
    done = subprocess.run([*command, "127.0.0.1"], capture_output=True, text=True, timeout=120)
    audit = json.loads(done.stdout)
    kinds = {kind: audit[kind] for kind in ("kex", "key", "enc", "mac")}
    assert all(kinds.values())
    failed = [
        (kind, algorithm["algorithm"])
        for kind, algorithms in kinds.items()
        for algorithm in algorithms
        if algorithm.get("notes", {}).get("fail")
    ]
    assert failed == []
    assert done.returncode in (0, 2), "3 would be a failure, 2 are warnings"


def test_commands_start_show_and_stop_the_server(home: PartnerHome) -> None:
    def ratelake(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ratelake", *arguments],
            cwd=PROJECT,
            env={**os.environ, **home.environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    assert ratelake("down", "sftp").stdout == "stopped sftp\n"
    assert ratelake("down", "sftp").stdout == "sftp was not running\n"
    stopped = ratelake("status", "sftp")
    assert (stopped.returncode, "stopped" in stopped.stdout) == (1, True)
    up = ratelake("up", "sftp")
    assert up.returncode == 0, up.stderr
    (shown,) = json.loads(ratelake("status", "sftp", "--format", "json").stdout)
    assert shown["version"].startswith("OpenSSH_")
    assert (shown["name"], shown["is_running"], shown["is_answering"]) == ("sftp", True, True)
    assert home.sftp("acme", "ls").returncode == 0
    assert "Changed root directory to" in ratelake("logs", "sftp").stdout
    wrong = ratelake("status", "ftp")
    assert wrong.stderr == (
        "ratelake: there is no part 'ftp'; allowed: "
        "cassandra, s3, metastore, spark, sftp, keycloak, trino\n"
    )


def test_a_port_that_is_taken_is_named(home: PartnerHome, tmp_path: Path) -> None:
    with partner_home() as second:
        second.admit(acme=["usage"])
        second.set(sftp_port=home.settings.sftp_port)
        with pytest.raises(ServerFailed, match=f"127.0.0.1:{home.settings.sftp_port} .*in use"):
            sftp.start(second.settings)


def test_a_home_that_others_may_write_to_is_named() -> None:
    with partner_home() as home:
        home.admit(acme=["usage"])
        home.settings.root.chmod(0o777)
        with pytest.raises(ServerFailed, match=f"wants {home.settings.root} to belong to root"):
            sftp.start(home.settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no HOME/partners.toml, which says who may bring files; such as:"),
        (
            "[[partner]]\nname = 'Acme'\nkeys = []\nfeeds = ['usage']",
            "HOME/partners.toml: partner 1, name: got 'Acme'; ",
        ),
        (
            "[[partner]]\nname = 'acme'\nkeys = ['ssh-ed25519 x']\nfeeds = ['usage']",
            "HOME/partners.toml: partner 1, keys 1: got 'ssh-ed25519 x'; no public key",
        ),
        (
            "[[partner]]\nname = 'acme'\nkeys = ['k']\nfeeds = ['cdr']",
            "HOME/partners.toml: partner 1, keys 1: ",
        ),
    ],
)
def test_what_is_wrong_in_the_partners_file_is_named(text: str | None, said: str) -> None:
    with partner_home() as home:
        if text is not None:
            home.settings.partners_path.write_text(text)
        with pytest.raises(PartnersFileWrong) as refused:
            sftp.start(home.settings)
        assert str(refused.value).replace(str(home.settings.root), "HOME").startswith(said)
