"""Who signs people in, and what Streamlit is told of it."""

import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboards import launch
from dashboards.identity import SignInUnknown, check_redirect, provider, write_secrets
from ingestion.settings import Settings
from stack.keycloak.accounts import write_access


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home with a realm."""
    settings = Settings(home=tmp_path)
    write_access(settings)
    return settings


def test_a_home_without_a_realm_signs_nobody_in(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert provider(settings) is None
    assert "--secrets.files" not in launch.command(settings, None)


def test_a_home_with_a_realm_is_who_signs_in(home: Settings) -> None:
    found = provider(home)
    assert found is not None
    assert (found.issuer, found.is_of_the_home) == ("https://localhost:8443/realms/ratelake", True)
    seen = launch.environment(home, found)
    assert seen["SSL_CERT_FILE"] == str(home.tls_folder / "ca.pem")
    assert seen["no_proxy"].endswith("localhost,127.0.0.1")


def test_settings_may_name_a_provider_that_exists(home: Settings) -> None:
    given = {"oidc_issuer": "https://id.example/realm", "oidc_client_id": "usage"}
    secret = {"oidc_client_secret": SecretStr("known-there")}
    found = provider(home.model_copy(update=given | secret))
    assert found is not None
    assert (found.issuer, found.client_id) == ("https://id.example/realm", "usage")
    assert launch.environment(home, found).get("SSL_CERT_FILE") != str(home.tls_folder / "ca.pem")
    with pytest.raises(SignInUnknown, match="set RATELAKE_OIDC_CLIENT_SECRET"):
        provider(home.model_copy(update=given))


def test_streamlit_reads_the_secrets_from_a_file_of_their_owner(home: Settings) -> None:
    found = provider(home)
    assert found is not None
    path = write_secrets(home, found)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    auth = tomllib.loads(path.read_text())["auth"]
    assert auth["redirect_uri"] == "http://localhost:8501/oauth2callback"
    assert auth["client_secret"] == found.client_secret.get_secret_value()
    assert len(auth["cookie_secret"]) >= 64
    command = launch.command(home, path)
    assert command[command.index("--secrets.files") + 1] == str(path)
    assert not [word for word in command if auth["client_secret"] in word]


def test_a_restart_signs_nobody_out(home: Settings) -> None:
    found = provider(home)
    assert found is not None
    before = write_secrets(home, found).read_text()
    assert write_secrets(home, found).read_text() == before


def test_another_port_than_the_realm_knows_is_one_sentence(home: Settings) -> None:
    check_redirect(home)
    with pytest.raises(SignInUnknown, match=r"back to http://localhost:8501/.* at .*:8600"):
        check_redirect(home.model_copy(update={"dashboards_port": 8600}))
    with pytest.raises(SignInUnknown):
        check_redirect(home.model_copy(update={"dashboards_url": "https://usage.example"}))
