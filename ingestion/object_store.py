"""The object store: where it is, and the keys of the component that asks."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ingestion.failures import Failure
from ingestion.settings import Settings

CONNECT_SECONDS = 10
READ_SECONDS = 60
# what a store says when an object must not be there and is (If-None-Match)
TAKEN = ("PreconditionFailed", "412")


class ObjectStoreUnknown(Failure):
    """Nothing says where the object store is."""


class ObjectStoreUnavailable(Failure):
    """The object store does not answer, also when it is asked again for a while."""


@dataclass(frozen=True)
class ObjectStore:
    """One S3 server and one account on it. `ca_file` is the authority of its certificate, where it
    is none that the machine trusts."""

    endpoint: str
    region: str
    ca_file: str | None
    access_key: str
    secret_key: SecretStr

    def client(self, attempts: int = 10) -> Any:
        """A boto3 client; what the server refuses for the moment is tried again, ever slower."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint or None,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key.get_secret_value(),
            verify=self.ca_file or True,
            config=Config(
                retries={"mode": "adaptive", "total_max_attempts": attempts},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                s3={"addressing_style": "path" if self.endpoint else "auto"},
                request_checksum_calculation="when_required",
            ),
        )

    def answers(self) -> bool:
        """Whether anything is there, be it a refusal."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.client(attempts=1).list_buckets()
        except ClientError:
            return True
        except BotoCoreError:
            return False
        return True

    def files(self) -> Any:
        """A pyarrow file system, to read and write objects by parts."""
        from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

        # as the client above; what it would add otherwise, not every server reads to its end
        os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
        scheme, _, host = self.endpoint.rpartition("://")
        return S3FileSystem(
            access_key=self.access_key,
            secret_key=self.secret_key.get_secret_value(),
            region=self.region,
            scheme=scheme or "https",
            endpoint_override=host or None,
            tls_ca_file_path=self.ca_file,
            # as the client above: half a minute or more
            retry_strategy=AwsStandardS3RetryStrategy(max_attempts=10),
        )

    @contextmanager
    def reachable(self) -> Iterator[None]:
        """Within it Sail and deltalake, in this process, reach the store as this account: they take
        its address and the keys from the process's environment."""
        given = self._environment()
        before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def _environment(self) -> dict[str, str]:
        found = {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key.get_secret_value(),
            "AWS_REGION": self.region,
        }
        if self.endpoint:
            found |= {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT": self.endpoint}
        if self.ca_file:
            found |= {"SSL_CERT_FILE": self.ca_file}
        return found


def code_of(failure: Exception) -> str:
    """What the store calls the reason of its refusal."""
    response = getattr(failure, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def object_store(settings: Settings, component: str) -> ObjectStore:
    """The store as `component` (`collect`, `pipeline`, `reader`) sees it: as the settings say, or
    the server that `ratelake up s3` started for the home. Raises ObjectStoreUnknown."""
    given = {
        "collect": (settings.collect_access_key, settings.collect_secret_key),
        "pipeline": (settings.pipeline_access_key, settings.pipeline_secret_key),
        "reader": (settings.reader_access_key, settings.reader_secret_key),
    }
    access_key, secret_key = given.get(component, ("", SecretStr("")))
    if access_key:
        ca_file = str(settings.s3_ca_file) if settings.s3_ca_file else None
        return ObjectStore(
            settings.s3_endpoint, settings.s3_region, ca_file, access_key, secret_key
        )
    return _of_the_home(settings.s3_access_file(component), component)


def _of_the_home(path: Path, component: str) -> ObjectStore:
    if not path.exists():
        variable = f"RATELAKE_{component.upper()}_ACCESS_KEY"
        raise ObjectStoreUnknown(
            f"nothing says how to reach the object store as {component}: start the home's own "
            f"(`ratelake up s3`), or set {variable}, its _SECRET_KEY, and RATELAKE_S3_ENDPOINT"
        )
    found = json.loads(path.read_text())
    return ObjectStore(**{**found, "secret_key": SecretStr(found["secret_key"])})
