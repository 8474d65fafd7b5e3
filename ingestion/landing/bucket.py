"""Bundles in a bucket of an object store."""

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ingestion.failures import Failure
from ingestion.landing.names import bundle_name
from ingestion.landing.store import BundleTaken
from ingestion.object_store import TAKEN, ObjectStore, code_of

PART_BYTES = 16 * 2**20
PARTS_AT_ONCE = 4
NOT_THERE = ("404", "NoSuchKey")


class BucketFailed(Failure):
    """The object store refuses, or does not answer."""


class BucketBundles:
    """Bundles below s3://bucket/prefix, each written in parts with a SHA-256 of each part, and
    completed only if there is none of its name (If-None-Match)."""

    def __init__(self, url: str, store: ObjectStore) -> None:
        self._url = url.rstrip("/")
        self._bucket, _, prefix = self._url.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._store = store
        self._client = store.client()

    def has(self, bundle_no: int) -> bool:
        return self._head(self._key(bundle_no)) is not None

    def add(self, bundle_no: int, file: Path) -> None:
        key = self._key(bundle_no)
        with self._told(key):
            upload_id = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ChecksumAlgorithm="SHA256"
            )["UploadId"]
            parts = self._upload(key, upload_id, file)
            self._complete(key, upload_id, parts)
        file.unlink()

    def _upload(self, key: str, upload_id: str, file: Path) -> list[dict[str, Any]]:
        offsets = range(0, file.stat().st_size, PART_BYTES)

        def upload(offset: int) -> dict[str, Any]:
            with file.open("rb") as content:
                content.seek(offset)
                part = content.read(PART_BYTES)
            number = offset // PART_BYTES + 1
            checksum = _base64(hashlib.sha256(part).digest())
            answer = self._client.upload_part(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                Body=part,
                ChecksumSHA256=checksum,
            )
            return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}

        with ThreadPoolExecutor(PARTS_AT_ONCE) as threads:
            return list(threads.map(upload, offsets))

    def _complete(self, key: str, upload_id: str, parts: list[dict[str, Any]]) -> None:
        """Make the object appear. When an answer is lost and the request repeated, the next answer
        is a refusal: then what is there must be what was written."""
        try:
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": parts},
                IfNoneMatch="*",
            )
        except (ClientError, BotoCoreError) as failure:
            there = self._head(key)
            if there is not None and there.get("ChecksumSHA256") == checksum_of_parts(parts):
                return
            if there is not None and code_of(failure) in TAKEN:
                raise BundleTaken(
                    f"there is another bundle s3://{self._bucket}/{key} already: does another home "
                    "write to this place?"
                ) from None
            raise

    def clear_unfinished(self) -> None:
        """Abort the uploads that a killed collect left: they cost space and are never seen."""
        with self._told(self._prefix):
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for upload in page.get("Uploads", ()):
                    self._client.abort_multipart_upload(
                        Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                    )

    def place(self, bundle_no: int) -> str:
        return f"s3://{self._bucket}/{self._key(bundle_no)}"

    def open(self, bundle_no: int) -> Any:
        return self._store.files().open_input_file(f"{self._bucket}/{self._key(bundle_no)}")

    def reachable(self) -> AbstractContextManager[None]:
        return self._store.reachable()

    def _key(self, bundle_no: int) -> str:
        return f"{self._prefix}{bundle_name(bundle_no)}"

    def _head(self, key: str) -> dict[str, Any] | None:
        with self._told(key):
            try:
                found: dict[str, Any] = self._client.head_object(
                    Bucket=self._bucket, Key=key, ChecksumMode="ENABLED"
                )
            except ClientError as refused:
                if code_of(refused) in NOT_THERE:
                    return None
                raise
            return found

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as failure:
            raise BucketFailed(f"s3://{self._bucket}/{key}: {failure}") from None


def checksum_of_parts(parts: list[dict[str, Any]]) -> str:
    """The checksum of an object in parts: that of its parts' checksums, and their number."""
    digests = b"".join(base64.b64decode(part["ChecksumSHA256"]) for part in parts)
    return f"{_base64(hashlib.sha256(digests).digest())}-{len(parts)}"


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
