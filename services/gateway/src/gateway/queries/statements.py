"""What the statements of several nouns are built from."""

from sqlalchemy import DateTime

MOMENT = DateTime(timezone=True)
