"""Roles."""

from shared.schemas import Out

from gateway.rules.roles import Reach, Role


class RoleOut(Out):
    """What a role may do anywhere, and whose records it can reach at all."""

    role: Role
    reach: Reach
    scopes: list[str]
