"""The kinds of schema: what comes in refuses unknown fields, what goes out is read from a row."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Change(In):
    """JSON Merge Patch (RFC 7396): what is left out stays, null clears what `CLEARED` names and else is refused."""

    CLEARED: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*")
    @classmethod
    def is_cleared_or_said(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.CLEARED:
            raise ValueError("this cannot be cleared: leave it out, or give a value")
        return value

    def changes(self, mode: str = "python") -> dict[str, Any]:
        """What was said, by field."""
        return self.model_dump(mode=mode, exclude_unset=True)


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LabelledOut(Out):
    """What a row says with the security labels that were stored when it was written."""

    security_labels: list[str]
