"""Who may be told what, and why: one decision for every service (decision 31). Standard library only."""

from privacy.classes import Circumstance, DataClass, Obligation, Purpose, RecipientKind
from privacy.decision import ConsentFacts, Disclosure, Restriction, StateOverlay, Verdict, decide, is_accountable
from privacy.labels import Label, high_water_mark, label_of

__all__ = [
    "Circumstance",
    "ConsentFacts",
    "DataClass",
    "Disclosure",
    "Label",
    "Obligation",
    "Purpose",
    "RecipientKind",
    "Restriction",
    "StateOverlay",
    "Verdict",
    "decide",
    "high_water_mark",
    "is_accountable",
    "label_of",
]
