"""Who signs people in at the dashboards, and how Streamlit is told."""

import json
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from ingestion.failures import Failure
from ingestion.settings import Settings
from stack import keycloak
from stack.private_file import write_private

SECRET_BYTES = 48


class SignInUnknown(Failure):
    """The settings say in part who signs people in, or otherwise than the home's Keycloak does."""


@dataclass(frozen=True)
class Provider:
    """Who signs people in; `ca_file` is the authority of its certificate, where the machine does
    not trust it."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    ca_file: str
    is_of_the_home: bool


def provider(settings: Settings) -> Provider | None:
    """The provider that the settings name, or the Keycloak of the home. None: the home has none, so
    whoever opens the dashboards on this machine sees all. Raises SignInUnknown."""
    if settings.oidc_issuer:
        if not settings.oidc_client_secret.get_secret_value():
            raise SignInUnknown(
                f"people are to be signed in by {settings.oidc_issuer}: set "
                f"RATELAKE_OIDC_CLIENT_SECRET, what {settings.oidc_client_id!r} is known by there"
            )
        return Provider(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret,
            str(settings.oidc_ca_file or ""),
            is_of_the_home=False,
        )
    access = keycloak.read_client(settings, "dashboards")
    if access is None:
        return None
    return Provider(
        access.issuer, access.client_id, access.client_secret, access.ca_file, is_of_the_home=True
    )


def redirect_uri(settings: Settings) -> str:
    """Where the provider sends people back to."""
    return f"{settings.dashboards_address}/oauth2callback"


def check_redirect(settings: Settings) -> None:
    """Raise SignInUnknown when the home's Keycloak would send people elsewhere."""
    access = keycloak.read_client(settings, "dashboards")
    if access is not None and access.redirect_uri != redirect_uri(settings):
        raise SignInUnknown(
            f"the home's Keycloak sends people back to {access.redirect_uri}, and these dashboards "
            f"are at {settings.dashboards_address}; see docs/operations.md, Sign-in"
        )


def write_secrets(settings: Settings, found: Provider) -> Path:
    """The file that Streamlit reads, mode 0600. The secret that signs its cookies stays, so that a
    restart signs nobody out."""
    path = settings.dashboards_secrets
    auth = {
        "redirect_uri": redirect_uri(settings),
        "cookie_secret": cookie_secret(path),
        "client_id": found.client_id,
        "client_secret": found.client_secret.get_secret_value(),
        "server_metadata_url": f"{found.issuer.rstrip('/')}/.well-known/openid-configuration",
    }
    # a JSON string is a TOML string too
    lines = [f"{name} = {json.dumps(value)}" for name, value in auth.items()]
    write_private(path, "\n".join(["[auth]", *lines, ""]))
    return path


def cookie_secret(path: Path) -> str:
    if path.exists():
        return str(tomllib.loads(path.read_text())["auth"]["cookie_secret"])
    return secrets.token_urlsafe(SECRET_BYTES)
