"""The two kinds of schema: what comes in refuses unknown fields, what goes out is read from a row."""

from pydantic import BaseModel, ConfigDict


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LabelledOut(Out):
    """What a row says with the security labels that were stored when it was written."""

    security_labels: list[str]
