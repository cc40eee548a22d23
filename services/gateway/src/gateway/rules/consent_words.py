"""What a partner app asks for, in words that a person reads. Source: plain language at grade 6. Version 2026-11-23."""

THINGS: dict[str, str] = {
    "appointments": "your appointments",
    "authorizations": "what your insurer has approved",
    "availability": "free times for appointments",
    "clients": "your name, contact details and date of birth",
    "clinics": "the clinics of the agency",
    "consents": "the permissions that you gave",
    "coverages": "your insurance",
    "diagnoses": "your diagnoses",
    "directory": "the directory of services",
    "episodes": "when you were in care, and in which program",
    "inquiries": "requests for help in your name",
    "measures": "your questionnaires and their results",
    "notes": "the notes of your sessions",
    "plans": "your treatment plans",
    "programs": "the programs of the agency",
    "referrals": "where you were referred to",
    "risk": "questions about safety",
    "service-codes": "the list of billing codes",
}
VERBS: dict[str, str] = {"read": "See", "write": "Change", "create": "Send"}


def words(scope: str) -> str:
    """`measures:read` → "See your questionnaires and their results"."""
    thing, _, verb = scope.partition(":")
    return f"{VERBS.get(verb, verb.capitalize())} {THINGS.get(thing, thing.replace('-', ' '))}"
