"""Invitations."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.schemas import In, Out

from gateway.fields import Username
from gateway.rules.roles import Role


class NewClientInvitation(In):
    """Who gets an account for which registered client."""

    client_id: UUID
    username: Username
    role: Literal[Role.CLIENT_PORTAL, Role.GUARDIAN] = Role.CLIENT_PORTAL


class InvitationOut(Out):
    """The only answer that holds the link: hand it to the person, it cannot be read again."""

    id: UUID
    user_id: UUID
    expires_at: datetime
    link: str
