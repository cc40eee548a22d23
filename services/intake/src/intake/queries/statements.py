"""What the statements of several nouns are built from."""

from typing import Any

from sqlalchemy import Uuid, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

IDS: Any = any_(bindparam("ids", type_=ARRAY(Uuid())))
