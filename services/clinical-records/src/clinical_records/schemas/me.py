"""A client's own documents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.schemas import LabelledOut

from clinical_records.rules.documents import DocumentKind


class OwnDocumentRow(LabelledOut):
    id: UUID
    client_id: UUID
    kind: DocumentKind
    signed_at: datetime


class OwnDocumentOut(OwnDocumentRow):
    """`content` holds what its kind shows: the sections of a note, a plan as it was signed…"""

    content: dict[str, Any]
