"""What whoever looks after the accounts does: docs/operations.md, Sign-in."""

from collections.abc import Iterator

import pytest
import requests

from ingestion.settings import Settings
from tests.sign_in import people
from tests.sign_in.code_flow import Refused, claims, client, our_roles, session, sign_in
from tests.sign_in.conftest import password

pytestmark = pytest.mark.stack


@pytest.fixture
def administration(keycloak_home: Settings) -> Iterator[requests.Session]:
    with people.administration(keycloak_home) as opened:
        yield opened


def test_a_new_user_needs_a_long_password_and_signs_in_until_it_is_guessed_at(
    keycloak_home: Settings, administration: requests.Session
) -> None:
    user = people.add_user(keycloak_home, administration, "zoe")
    short, long = (
        administration.put(
            f"{user}/reset-password", json={"type": "password", "value": value}, timeout=30
        )
        for value in ("elevensigns", "twelve other signs")
    )
    assert (short.status_code, short.json()["error"]) == (400, "invalidPasswordMinLengthMessage")
    assert long.status_code == 204
    people.give_role(keycloak_home, administration, user, "support")
    access = client(keycloak_home, "dashboards")
    tokens = sign_in(access, access.redirect_uri, "zoe", "twelve other signs")
    assert our_roles(claims(tokens["id_token"])) == {"support"}
    for guess in ("one", "two", "three", "four", "five"):
        with pytest.raises(Refused):
            sign_in(access, access.redirect_uri, "zoe", guess)
    with pytest.raises(Refused, match="Invalid username or password"):
        sign_in(access, access.redirect_uri, "zoe", "twelve other signs")


def test_the_first_users_may_look_after_their_own_accounts(keycloak_home: Settings) -> None:
    access = client(keycloak_home, "dashboards")
    tokens = sign_in(access, access.redirect_uri, "analyst", password(keycloak_home, "analyst"))
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Accept": "application/json"}
    with session(access) as opened:
        account = opened.get(f"{access.issuer}/account/", headers=headers, timeout=30)
    assert (account.status_code, account.json()["username"]) == (200, "analyst")


def test_the_realm_lets_nobody_register(
    keycloak_home: Settings, administration: requests.Session
) -> None:
    realm = administration.get(people.realm(keycloak_home), timeout=30).json()
    allowed = {name: realm[name] for name in ("registrationAllowed", "resetPasswordAllowed")}
    assert allowed == {"registrationAllowed": False, "resetPasswordAllowed": False}
    assert (realm["bruteForceProtected"], realm["sslRequired"]) == (True, "all")
