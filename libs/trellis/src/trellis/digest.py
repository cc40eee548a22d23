"""What the platform says of a person, so written that two runs of the same story read alike.

Read through the gateway only. Ids and what is made from them fall away, times become days; states, codes, counts,
dates, versions and the number of events and effects stay: one effect lost or doubled reads differently.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trellis.api import Json
from trellis.journeys.course import Course

READS = {
    "therapist": (
        "consents",
        "episodes",
        "measure-administrations",
        "risk-assessments",
        "assessments",
        "diagnoses",
        "care-team-members",
        "plans",
        "notes",
        "discharges",
        "appointments",
        "needs",
        "referrals",
        "aftercare-plans",
        "tasks",
    ),
    "billing-ur": ("coverages", "eligibility-checks", "authorization-requests", "authorizations", "charges"),
    "privacy-officer": ("disclosures",),
}
"""Every list of one client's that the API has, by who reads it; the therapist is the person's own."""

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*(Z|[+-]\d\d:\d\d)")
DRAWN = ("number", "authorization_number", "payer_reference", "trace_number", "record_number")
"""Fields whose value somebody draws by chance."""


def stories(courses: Sequence[Course], zone: str) -> dict[str, Json]:
    """Person → everything that was read of that person."""
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda course: story(course, zone), courses))
    return {course.facts["person"].shown: found for course, found in zip(courses, told, strict=True)}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two stories part, each as a path with both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(one.keys() | other.keys())
        return [line for name in names for line in differences(one.get(name), other.get(name), f"{path}/{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for number, pair in pairs for line in differences(*pair, f"{path}/{number}")]
    return [] if one == other else [f"{path}: {shortly(one)} ≠ {shortly(other)}"]


def shortly(found: Any) -> str:
    return f"{len(found)} entries" if isinstance(found, list) else str(found)[:60]


def digest_of(found: Any) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def story(course: Course, zone: str) -> Json:
    """What the platform says of one person."""
    client_id = course.facts["client_id"]
    lists = {
        name: course.of(course.clinician if who == "therapist" else who).every(f"/v1/{name}", client_id=client_id)
        for who, names in READS.items()
        for name in names
    }
    person = course.of("intake-coordinator").get(f"/v1/clients/{client_id}").body
    return {
        **{name: plain(items, zone) for name, items in lists.items()},
        "client": plain(person, zone),
        **told(course),
    }


def told(course: Course) -> Json:
    """How often each event was told, and how often it took effect where."""
    trail = course.gateway.trail(course.facts["client_id"])
    events = Counter(event["event"] for event in trail)
    effects = Counter(f"{event['event']} in {effect['service']}" for event in trail for effect in event["effects"])
    return {"events": dict(events), "effects": dict(effects)}


def plain(found: Any, zone: str) -> Any:
    """Without ids, in an order that rests on nothing but what is said, times as days of the agency."""
    if isinstance(found, dict):
        return {name: "" if name in DRAWN else plain(value, zone) for name, value in found.items()}
    if isinstance(found, list):
        return sorted((plain(each, zone) for each in found), key=lambda each: json.dumps(each, sort_keys=True))
    if isinstance(found, str) and TIME.fullmatch(found):
        return datetime.fromisoformat(found).astimezone(ZoneInfo(zone)).date().isoformat()
    return ID.sub("", found) if isinstance(found, str) else found
