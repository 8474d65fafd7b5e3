"""Who looks at the dashboards, and which pages that person may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Shown(StrEnum):
    """A page of the dashboards."""

    BALANCES = "Balances"
    OPERATIONS = "Operations"


# by the roles that Trino knows too; operations hold no personal data
PAGES_OF_ROLE: dict[str, frozenset[Shown]] = {
    "finance": frozenset({Shown.BALANCES, Shown.OPERATIONS}),
    "support": frozenset({Shown.BALANCES}),
    "engineer": frozenset({Shown.OPERATIONS}),
    "analyst": frozenset({Shown.OPERATIONS}),
}


class SignInEnded(Exception):
    """The token that signed somebody in has run out."""


@dataclass(frozen=True)
class Viewer:
    """Somebody who has signed in until `ends_at`; `roles` are those that have pages here."""

    name: str
    roles: tuple[str, ...]
    ends_at: datetime

    @property
    def pages(self) -> frozenset[Shown]:
        return frozenset().union(*(PAGES_OF_ROLE[role] for role in self.roles))


def viewer_of(claims: Mapping[str, Any], roles_claim: str, now: datetime) -> Viewer | None:
    """Who the claims of an ID token are about; None when nobody is signed in. Raises SignInEnded.

    The provider signed them when they came; Streamlit then keeps them for 30 days in a cookie that
    it signs, and looks at no expiry. A token without one counts as run out.
    """
    if not claims.get("is_logged_in"):
        return None
    ends_at = claims.get("exp")
    if not isinstance(ends_at, int | float) or ends_at <= now.timestamp():
        raise SignInEnded
    names = (claims.get(name) for name in ("preferred_username", "email", "sub"))
    given = claims.get(roles_claim) or ()
    roles = {given} if isinstance(given, str) else set(given)
    return Viewer(
        name=next((str(name) for name in names if name), "unknown"),
        roles=tuple(role for role in PAGES_OF_ROLE if role in roles),
        ends_at=datetime.fromtimestamp(ends_at, UTC),
    )


def now() -> datetime:
    return datetime.now(UTC)


def who_see(page: Shown) -> str:
    """`finance or support`: the roles that a page is for."""
    return " or ".join(role for role, pages in PAGES_OF_ROLE.items() if page in pages)
