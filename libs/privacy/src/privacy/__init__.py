"""Who may be told what, and why: one decision for every service (decision 31). Standard library only."""

from privacy.classes import PART2_NOTICE, Circumstance, DataClass, Obligation, Purpose, RecipientKind
from privacy.decision import (
    ConsentFacts,
    Disclosure,
    MinorRule,
    Restriction,
    StateOverlay,
    Verdict,
    decide,
    is_accountable,
)
from privacy.labels import Label, codings, high_water_mark, label_at_write, label_of

__all__ = [
    "PART2_NOTICE",
    "Circumstance",
    "ConsentFacts",
    "DataClass",
    "Disclosure",
    "Label",
    "MinorRule",
    "Obligation",
    "Purpose",
    "RecipientKind",
    "Restriction",
    "StateOverlay",
    "Verdict",
    "codings",
    "decide",
    "high_water_mark",
    "is_accountable",
    "label_at_write",
    "label_of",
]
