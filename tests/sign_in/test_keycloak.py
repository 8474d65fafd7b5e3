"""The home's Keycloak: its accounts, what their tokens say, and who gets none."""

import json
import socket
from pathlib import Path

import psutil
import pytest

from ingestion.settings import Settings
from stack.keycloak.accounts import ADMIN, CLIENTS, ROLES
from stack.keycloak.server import answers, discovery, running, server_files
from tests.conftest import Ratelake
from tests.sign_in.code_flow import Refused, ask_for_tokens, claims, client, our_roles, sign_in
from tests.sign_in.conftest import password

pytestmark = pytest.mark.stack

FIFTEEN_MINUTES = 15 * 60


@pytest.mark.parametrize("role", ROLES)
def test_a_persons_tokens_name_the_role_and_are_good_for_trino(
    keycloak_home: Settings, role: str
) -> None:
    access = client(keycloak_home, "dashboards")
    tokens = sign_in(access, access.redirect_uri, role, password(keycloak_home, role))
    identity, permission = claims(tokens["id_token"]), claims(tokens["access_token"])
    assert (identity["iss"], identity["aud"]) == (access.issuer, "dashboards")
    assert (identity["preferred_username"], our_roles(identity)) == (role, {role})
    assert identity["exp"] - identity["iat"] == FIFTEEN_MINUTES
    assert (permission["preferred_username"], our_roles(permission)) == (role, {role})
    assert "trino" in permission["aud"]


def test_the_pipeline_gets_a_token_for_trino_without_a_person(keycloak_home: Settings) -> None:
    tokens = ask_for_tokens(client(keycloak_home, "pipeline"), grant_type="client_credentials")
    said = claims(tokens["access_token"])
    assert (said["preferred_username"], said["roles"]) == ("service-account-pipeline", ["engineer"])
    assert "trino" in said["aud"]
    assert said["exp"] - said["iat"] == FIFTEEN_MINUTES


def test_trino_may_sign_people_in(keycloak_home: Settings) -> None:
    redirect = f"https://localhost:{keycloak_home.trino_port}/oauth2/callback"
    access = client(keycloak_home, "trino")
    tokens = sign_in(access, redirect, "analyst", password(keycloak_home, "analyst"))
    permission = claims(tokens["access_token"])
    assert our_roles(permission) == {"analyst"}
    assert "trino" in permission["aud"]


def test_a_wrong_password_is_refused(keycloak_home: Settings) -> None:
    access = client(keycloak_home, "dashboards")
    with pytest.raises(Refused, match="Invalid username or password"):
        sign_in(access, access.redirect_uri, "support", "not the password")


def test_nobody_is_sent_anywhere_else_than_to_the_dashboards(keycloak_home: Settings) -> None:
    access = client(keycloak_home, "dashboards")
    with pytest.raises(Refused, match="Invalid parameter: redirect_uri"):
        sign_in(access, "http://localhost:1/oauth2callback", "finance", "any")


@pytest.mark.parametrize("name", CLIENTS)
def test_no_client_takes_passwords_from_people(keycloak_home: Settings, name: str) -> None:
    with pytest.raises(Refused, match="unauthorized_client"):
        ask_for_tokens(
            client(keycloak_home, name),
            grant_type="password",
            username="finance",
            password=password(keycloak_home, "finance"),
        )


def test_secrets_are_random_and_only_in_files_of_their_owner(keycloak_home: Settings) -> None:
    found = secrets_of(keycloak_home)
    assert len(set(found.values())) == len((ADMIN, *ROLES, *CLIENTS))
    assert min(len(secret) for secret in found.values()) >= 40
    for name in found:
        assert oct(keycloak_home.keycloak_access_file(name).stat().st_mode & 0o777) == "0o600"
    assert oct(keycloak_home.keycloak_folder.stat().st_mode & 0o777) == "0o700"


def test_secrets_are_neither_logged_nor_arguments(keycloak_home: Settings) -> None:
    process = running(keycloak_home)
    assert process is not None
    shown = " ".join(process.cmdline())
    logged = (keycloak_home.keycloak_folder / "server.log").read_text()
    realm = (keycloak_home.keycloak_folder / "data/import/ratelake-realm.json").read_text()
    assert "Realm 'ratelake' imported" in logged
    for secret in secrets_of(keycloak_home).values():
        assert secret not in shown + logged + realm


def secrets_of(settings: Settings) -> dict[str, str]:
    files = {
        name: json.loads(settings.keycloak_access_file(name).read_text())
        for name in (ADMIN, *ROLES, *CLIENTS)
    }
    return {name: file.get("password") or file["client_secret"] for name, file in files.items()}


def test_it_listens_on_this_machine_only(keycloak_home: Settings) -> None:
    process = running(keycloak_home)
    assert process is not None
    addresses = {
        listener.laddr.ip.removeprefix("::ffff:")
        for listener in process.net_connections(kind="tcp")
        if listener.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_a_port_in_use_is_one_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings(home=tmp_path_factory.mktemp("taken") / "home")
        ratelake = Ratelake(settings, {"RATELAKE_KEYCLOAK_PORT": str(port)})
        said = ratelake("up", "keycloak", exit_code=1).stderr
    assert said.strip().splitlines()[-1] == (
        f"ratelake: Keycloak cannot listen on 127.0.0.1:{port} (Address already in use); "
        "set RATELAKE_KEYCLOAK_PORT to a free port"
    )


def test_commands_stop_show_and_start_it_and_accounts_stay(
    keycloak_home: Settings, commands: Ratelake
) -> None:
    before = secrets_of(keycloak_home)
    assert commands("down", "keycloak").stdout == "stopped keycloak\n"
    (stopped,) = json.loads(commands("status", "keycloak", "--format", "json", exit_code=1).stdout)
    assert (stopped["is_running"], stopped["is_answering"]) == (False, False)
    commands("up", "keycloak")
    (shown,) = json.loads(commands("status", "keycloak", "--format", "json").stdout)
    assert (shown["is_running"], shown["is_answering"]) == (True, True)
    assert "Realm 'ratelake' already exists" in commands("logs", "keycloak").stdout
    assert secrets_of(keycloak_home) == before
    access = client(keycloak_home, "dashboards")
    assert sign_in(access, access.redirect_uri, "finance", password(keycloak_home, "finance"))


def test_another_authority_is_not_believed(keycloak_home: Settings, tmp_path: Path) -> None:
    stranger = keycloak_home.model_copy(update={"home": tmp_path})
    server_files(stranger.tls_folder, "keycloak")
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        discovery(stranger)
    assert not answers(stranger)
