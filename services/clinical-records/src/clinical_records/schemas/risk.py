"""Answers to the C-SSRS screener and their triage."""

from shared.schemas import In, Out

from clinical_records.rules.cssrs import RiskLevel


class CssrsAnswers(In):
    """The screener's answers; null or absent where none was given. q3 to q5 follow a yes to q2, q6b a yes to q6a."""

    q1: bool | None = None
    q2: bool | None = None
    q3: bool | None = None
    q4: bool | None = None
    q5: bool | None = None
    q6a: bool | None = None
    q6b: bool | None = None


class TriageOut(Out):
    level: RiskLevel
    is_complete: bool
    missing: tuple[str, ...]
    contradictory: tuple[str, ...]
