"""What a field means, said once for rows and schemas."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

PayerName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MemberId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,80}$")]
PlanName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
ServiceType = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")]
Units = Annotated[int, Field(ge=1, le=10_000)]
Minutes = Annotated[int, Field(ge=0, le=1_440)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2, description="A decimal string in US dollars")]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
AuthorizationNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./-]{1,50}$")]
EvidenceReference = Annotated[str, StringConstraints(min_length=1, max_length=200)]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s@?#]+$", max_length=300)]
