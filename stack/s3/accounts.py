"""Who may do what in which bucket, and the keys for it."""

import json
import secrets
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from stack.private_file import write_private

# the server's own account makes buckets and policies, and is used for nothing else
OWNER = "owner"
LANDING, LAKE = "landing", "lake"
LIST = ["s3:ListBucket", "s3:GetBucketLocation"]
READ = [*LIST, "s3:GetObject"]
# no right to delete: what was collected stays
ADD = [
    *READ,
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
]
CHANGE = [*ADD, "s3:DeleteObject"]
# component: what it may do in each bucket; `collect` brings bundles, `pipeline` is the engine of
# runs, `reader` are those that only query
RIGHTS: dict[str, dict[str, list[str]]] = {
    "collect": {LANDING: ADD},
    "pipeline": {LANDING: READ, LAKE: CHANGE},
    "reader": {LAKE: READ},
}


def write_access(settings: Settings, endpoint: str, authority: Path) -> None:
    """Give each component a file of mode 0600 with the server's address and a key of its own.
    Keys once made stay."""
    for component in (OWNER, *RIGHTS):
        path = settings.s3_access_file(component)
        secret = read_secret(settings, component) or secrets.token_urlsafe(32)
        access = {
            "endpoint": endpoint,
            "region": settings.s3_region,
            "ca_file": str(authority),
            "access_key": component,
            "secret_key": secret,
        }
        write_private(path, json.dumps(access, indent=2) + "\n")


def read_secret(settings: Settings, component: str) -> str | None:
    path = settings.s3_access_file(component)
    return str(json.loads(path.read_text())["secret_key"]) if path.exists() else None


def write_users(settings: Settings, folder: Path) -> None:
    """The accounts as the server reads them at its start."""
    users = {
        name: {
            "access": name,
            "secret": read_secret(settings, name),
            "role": "user",
            "userID": 0,
            "groupID": 0,
            "projectID": 0,
        }
        for name in RIGHTS
    }
    write_private(folder / "users.json", json.dumps({"accessAccounts": users}))


def policy(bucket: str) -> str:
    """The bucket's policy, JSON."""
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": [component]},
            "Action": rights[bucket],
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        }
        for component, rights in RIGHTS.items()
        if bucket in rights
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
