"""Who may sign in to Trino with a password. What each role may see stands in conf/rules.json."""

import json
import secrets
from pathlib import Path

import bcrypt

from ingestion.settings import Settings
from stack.private_file import write_private

# owns the views that all others read the tables by; a person never signs in as this
OWNER = "pipeline"
ROLES = ("analyst", "finance", "support", "engineer")


def write_access(settings: Settings, url: str, authority: Path) -> None:
    """Give each role a file of mode 0600 with the server's address and a password of its own.
    Passwords once made stay."""
    for user in (OWNER, *ROLES):
        access = {
            "url": url,
            "ca_file": str(authority),
            "user": user,
            "password": read_password(settings, user) or secrets.token_urlsafe(24),
        }
        path = settings.trino_access_file(user)
        write_private(path, json.dumps(access, indent=2) + "\n")


def read_password(settings: Settings, user: str) -> str | None:
    path = settings.trino_access_file(user)
    return str(json.loads(path.read_text())["password"]) if path.exists() else None


def password_file(settings: Settings) -> str:
    """The users as the server knows them: a bcrypt hash of each password."""
    passwords = {user: read_password(settings, user) or "" for user in (OWNER, *ROLES)}
    return "".join(
        f"{user}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(10)).decode()}\n"
        for user, password in passwords.items()
    )
