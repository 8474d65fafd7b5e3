"""Start, stop and look at the S3 server of a home."""

from collections.abc import Callable
from typing import Any

import psutil
from botocore.exceptions import BotoCoreError, ClientError
from filelock import FileLock

from ingestion.object_store import object_store
from ingestion.settings import Settings
from stack.part import PartStatus
from stack.process import check_free, end, find, install, launch, wait_until
from stack.s3.accounts import LAKE, LANDING, OWNER, policy, read_secret, write_access, write_users
from stack.tls import authority_file, server_files

VERSION = "1.8.0"
START_SECONDS = 20
STOP_SECONDS = 20
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's S3 server, with its accounts, buckets and policies; 2 steps of progress.

    Idempotent. It is a process of its own that outlives this one until `stop`. Raises ServerFailed.
    """
    folder = settings.s3_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "server.lock"):
        on_progress(0, 2)
        if running(settings) is None:
            _launch(settings)
        on_progress(1, 2)
        _make_buckets(settings)
        on_progress(2, 2)


def _launch(settings: Settings) -> None:
    program = install("s3", "the S3 server") / "versitygw"
    check_free("the S3 server", "127.0.0.1", settings.s3_port, "RATELAKE_S3_PORT")
    folder = settings.s3_folder
    certificate, key = server_files(settings.tls_folder, "s3")
    endpoint = f"https://localhost:{settings.s3_port}"
    write_access(settings, endpoint, authority_file(settings.tls_folder))
    write_users(settings, folder / "accounts")
    (folder / "objects").mkdir(exist_ok=True, mode=0o700)
    command = [str(program), "--port", f"127.0.0.1:{settings.s3_port}"]
    command += ["--iam-dir", str(folder / "accounts"), "--cert", str(certificate)]
    # a handshake for each request would cost Java more than the requests
    command += ["--key", str(key), "--keep-alive", "--quiet"]
    command += ["posix", "--file-perms", "0600"]
    command += ["--dir-perms", "0700", str(folder / "objects")]
    log = folder / "server.log"
    environment = {
        "PATH": "/usr/bin:/bin",
        "ROOT_ACCESS_KEY": OWNER,
        "ROOT_SECRET_KEY": read_secret(settings, OWNER) or "",
    }
    process = launch(command, folder, log, environment)
    wait_until(lambda: answers(settings), process, "the S3 server", log, START_SECONDS)


def _make_buckets(settings: Settings) -> None:
    """Both buckets, and their policies as they stand in the code now."""
    client = _owner(settings)
    there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for bucket in (LANDING, LAKE):
        if bucket not in there:
            client.create_bucket(Bucket=bucket)
        client.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))


def _owner(settings: Settings) -> Any:
    return object_store(settings, OWNER).client(attempts=1)


def answers(settings: Settings) -> bool:
    """Whether it lists its buckets."""
    try:
        _owner(settings).list_buckets()
    except (BotoCoreError, ClientError):
        return False
    return True


def running(settings: Settings) -> psutil.Process | None:
    return find(str(settings.s3_folder / "objects"))


def stop(settings: Settings) -> bool:
    """Stop the server; False when none ran. Its objects stay."""
    return end(lambda: running(settings), STOP_SECONDS)


def status(settings: Settings) -> PartStatus:
    """What runs now, and whether it lists its buckets."""
    return PartStatus.of(
        "s3",
        running(settings),
        lambda: answers(settings),
        version=f"versitygw {VERSION}",
        address=f"localhost:{settings.s3_port}",
        log=settings.s3_folder / "server.log",
    )
