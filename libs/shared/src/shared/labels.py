"""Security labels: a row keeps those that it was given when it was written; reading computes none."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from shared.db import Record

LABELS = ARRAY(sa.Text())


class Labelled(Record):
    """A record with its security labels (`code system|code`). The database refuses a row without."""

    security_labels: list[str] = Field(default_factory=list, sa_type=LABELS)
