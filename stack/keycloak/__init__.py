"""A real Keycloak server of the home: one account and its roles for dashboards and Trino."""

from stack.keycloak.accounts import ClientAccess, read_client
from stack.keycloak.members import KeycloakUnavailable, members
from stack.keycloak.server import answers, start, status, stop
from stack.process import ServerFailed

__all__ = [
    "ClientAccess",
    "KeycloakUnavailable",
    "ServerFailed",
    "answers",
    "members",
    "read_client",
    "start",
    "status",
    "stop",
]
