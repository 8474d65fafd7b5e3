"""One writer at a time for a lake in a bucket, whichever machines the writers are on.

Each holder creates the next of numbered objects, which only one can (If-None-Match), and writes it
again while it works; the next may follow when the last was given back, or was not written for a
while by the store's own clock.
"""

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Event, Thread
from time import monotonic
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ingestion.failures import Failure
from ingestion.lake import Folder, lake
from ingestion.lock import HomeIsBusy
from ingestion.object_store import TAKEN, code_of
from ingestion.residence import home_id
from ingestion.settings import Settings

LEASE_SECONDS = 60
RENEW_SECONDS = 10
KEPT = 5


class LakeTaken(Failure):
    """The place in the bucket is another home's."""


class LeaseLost(Failure):
    """The object store could not be told in time that this process works on."""


class LakeUnreachable(Failure):
    """The object store refuses, or does not answer."""


@contextmanager
def leased(settings: Settings) -> Iterator[Callable[[], None]]:
    """Hold a lake in a bucket alone, and give what raises LeaseLost when it is not held any more.

    Raises HomeIsBusy with the holder's name, LakeTaken, LakeUnreachable.
    """
    place = lake(settings)
    lease = _Lease(place, {"home": f"{socket.gethostname()}:{settings.root}"}, home_id(settings))
    lease.take()
    renewing = Thread(target=lease.renew, daemon=True)
    renewing.start()
    try:
        yield lease.check
    finally:
        lease.ended.set()
        renewing.join()
        lease.give_back()


@dataclass
class _Lease:
    place: Folder
    holder: dict[str, str]
    home_id: str
    ended: Event = field(default_factory=Event)
    number: int = 0
    written_at: float = 0.0

    def __post_init__(self) -> None:
        assert self.place.store is not None
        self._client = self.place.store.client(attempts=4)
        self._bucket, _, prefix = self.place.url.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix}/_lease/"
        now = datetime.now(UTC)
        self._said = self.holder | {
            "home_id": self.home_id,
            "process": str(os.getpid()),
            "since": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "mark": secrets.token_hex(16),
        }

    def take(self) -> None:
        with self._told():
            numbers = self._numbers()
            if numbers:
                self._wait_behind(numbers[-1])
            self.number = (numbers or [0])[-1] + 1
            self._create()
            for old in numbers[:-KEPT]:
                self._client.delete_object(Bucket=self._bucket, Key=self._key(old))

    def renew(self) -> None:
        """Until it is ended. A store that does not answer for a while is asked again."""
        while not self.ended.wait(RENEW_SECONDS):
            try:
                self._write(is_over=False)
            except (ClientError, BotoCoreError):
                continue

    def check(self) -> None:
        if monotonic() - self.written_at > LEASE_SECONDS:
            raise LeaseLost(
                f"the object store did not answer for {LEASE_SECONDS} seconds, and another process "
                f"may write to {self.place} by now: nothing of this run counts; run again"
            )

    def give_back(self) -> None:
        """So that the next need not wait; one that was not given back ends by itself."""
        with suppress(ClientError, BotoCoreError):
            self._write(is_over=True)

    def _wait_behind(self, number: int) -> None:
        """Raise when the last holder may still work, or is of another home."""
        answer = self._client.get_object(Bucket=self._bucket, Key=self._key(number))
        last = json.loads(answer["Body"].read())
        if last["home_id"] != self.home_id:
            raise LakeTaken(
                f"{self.place} holds the tables of the home {last['home']}; name another place in "
                "RATELAKE_LAKE_URL: one place serves one home"
            )
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        is_old = now - answer["LastModified"] > timedelta(seconds=LEASE_SECONDS)
        # on this machine the lock of the home says that the last holder has ended
        if last["is_over"] or is_old or last["home"] == self.holder["home"]:
            return
        raise HomeIsBusy(
            f"process {last['process']} of {last['home']} (since {last['since']}) writes to "
            f"{self.place}; wait for it to end, or {LEASE_SECONDS} seconds if it was killed"
        )

    def _create(self) -> None:
        began = monotonic()
        try:
            self._write(is_over=False, IfNoneMatch="*")
        except ClientError as failure:
            if code_of(failure) not in TAKEN:
                raise
            # the answer to a first attempt may have been lost
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(self.number))
            other = json.loads(found["Body"].read())
            if other["mark"] != self._said["mark"]:
                raise HomeIsBusy(
                    f"process {other['process']} of {other['home']} (since {other['since']}) began "
                    f"to write to {self.place} just now; wait for it to end"
                ) from None
            self.written_at = began

    def _write(self, *, is_over: bool, **condition: str) -> None:
        body = json.dumps({**self._said, "is_over": is_over}).encode()
        began = monotonic()
        self._client.put_object(
            Bucket=self._bucket, Key=self._key(self.number), Body=body, **condition
        )
        self.written_at = began

    def _numbers(self) -> list[int]:
        found: dict[str, Any] = self._client.list_objects_v2(
            Bucket=self._bucket, Prefix=self._prefix
        )
        keys = [one["Key"].removeprefix(self._prefix) for one in found.get("Contents", ())]
        return sorted(int(key.removesuffix(".json")) for key in keys if key.endswith(".json"))

    def _key(self, number: int) -> str:
        return f"{self._prefix}{number:020d}.json"

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as failure:
            raise LakeUnreachable(
                f"{self.place} cannot be reached ({failure}); is the object store up? "
                "`ratelake up s3` starts the home's own"
            ) from None
