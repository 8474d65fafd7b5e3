"""Sign-in as a browser and a client do it together, by requests alone: form, code, tokens."""

import base64
import hashlib
import html
import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from ingestion.settings import Settings
from stack.keycloak import ClientAccess, read_client
from stack.keycloak.accounts import ROLES


class Refused(Exception):
    """The identity provider did not sign in; the message is what it said."""


def client(settings: Settings, name: str) -> ClientAccess:
    found = read_client(settings, name)
    assert found is not None
    return found


def session(access: ClientAccess) -> requests.Session:
    """One that trusts the home's authority and nothing that the environment names."""
    opened = requests.Session()
    opened.trust_env = False
    opened.verify = access.ca_file
    return opened


def endpoint(access: ClientAccess, name: str) -> str:
    return f"{access.issuer}/protocol/openid-connect/{name}"


def ask_for_tokens(access: ClientAccess, **form: str) -> dict[str, Any]:
    """The answer of the token endpoint. Raises Refused."""
    secret = access.client_secret.get_secret_value()
    with session(access) as opened:
        answer = opened.post(
            endpoint(access, "token"), data=form, auth=(access.client_id, secret), timeout=30
        )
    if answer.status_code != 200:
        raise Refused(answer.text)
    found: dict[str, Any] = answer.json()
    return found


def sign_in(access: ClientAccess, redirect: str, user: str, password: str) -> dict[str, Any]:
    """The tokens of a person who fills in the form. Raises Refused."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    with session(access) as opened:
        form = opened.get(
            endpoint(access, "auth"),
            params={
                "client_id": access.client_id,
                "response_type": "code",
                "scope": "openid profile email",
                "redirect_uri": redirect,
                "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
                "code_challenge_method": "S256",
            },
            timeout=30,
        )
        action = re.search(r'action="([^"]+)"', form.text)
        if form.status_code != 200 or action is None:
            raise Refused(form.text)
        sent_back = opened.post(
            html.unescape(action[1]),
            data={"username": user, "password": password},
            allow_redirects=False,
            timeout=30,
        )
    if sent_back.status_code != 302:
        raise Refused(sent_back.text)
    (code,) = parse_qs(urlsplit(sent_back.headers["Location"]).query)["code"]
    return ask_for_tokens(
        access,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect,
        code_verifier=verifier,
    )


def our_roles(said: dict[str, Any]) -> set[str]:
    """The roles that a token names, without those that Keycloak gives to everybody."""
    return {role for role in said["roles"] if role in ROLES}


def claims(token: str) -> dict[str, Any]:
    """What a token says; its signature is for the one who is to believe it."""
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found
