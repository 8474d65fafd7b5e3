"""Who may see which page, by what an ID token says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboards.auth import Shown, SignInEnded, Viewer, viewer_of, who_see

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = int((NOW + timedelta(minutes=15)).timestamp())
ANNA = {
    "is_logged_in": True,
    "sub": "1",
    "preferred_username": "anna",
    "roles": ["finance"],
    "exp": LATER,
}


def viewer(roles_claim: str = "roles", **changed: Any) -> Viewer | None:
    return viewer_of(ANNA | changed, roles_claim, NOW)


def test_nobody_is_signed_in_without_the_word_of_streamlit() -> None:
    assert viewer(is_logged_in=False) is None
    assert viewer_of({}, "roles", NOW) is None


def test_a_token_signs_in_until_it_ends() -> None:
    assert viewer() == Viewer("anna", ("finance",), NOW + timedelta(minutes=15))
    with pytest.raises(SignInEnded):
        viewer(exp=int(NOW.timestamp()))


@pytest.mark.parametrize("end", [None, "", "2030", str(LATER)])
def test_a_token_without_an_end_has_ended(end: Any) -> None:
    with pytest.raises(SignInEnded):
        viewer(exp=end)


@pytest.mark.parametrize(
    ("roles", "pages"),
    [
        (["finance"], {Shown.BALANCES, Shown.OPERATIONS}),
        (["support"], {Shown.BALANCES}),
        (["engineer"], {Shown.OPERATIONS}),
        (["analyst"], {Shown.OPERATIONS}),
        (["analyst", "support"], {Shown.BALANCES, Shown.OPERATIONS}),
        (["offline_access", "Finance", "admin"], set()),
        ([], set()),
        (None, set()),
        ("support", {Shown.BALANCES}),
        ("no finance", set()),
    ],
)
def test_roles_open_pages(roles: Any, pages: set[Shown]) -> None:
    seen = viewer(roles=roles)
    assert seen is not None
    assert seen.pages == pages


def test_another_provider_may_name_its_claim_otherwise() -> None:
    seen = viewer("groups", groups=["support"])
    assert seen == Viewer("anna", ("support",), NOW + timedelta(minutes=15))


def test_a_person_without_a_user_name_has_another_name() -> None:
    names = [
        viewer(preferred_username=None, email="anna@example.com"),
        viewer(preferred_username=""),
    ]
    assert [seen.name for seen in names if seen] == ["anna@example.com", "1"]


def test_a_refusal_names_the_roles() -> None:
    assert who_see(Shown.BALANCES) == "finance or support"
    assert who_see(Shown.OPERATIONS) == "finance or engineer or analyst"
