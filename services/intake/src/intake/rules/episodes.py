"""The life of an episode of care. Source: domain specification section 9, machine 4, and 9.1. Version 2026-11."""

from enum import StrEnum


class EpisodeStatus(StrEnum):
    REFERRED = "referred"
    INTAKE = "intake"
    ADMITTED = "admitted"
    ACTIVE = "active"
    DISCHARGE_PENDING = "discharge_pending"
    DISCHARGED = "discharged"
    NOT_ADMITTED = "not_admitted"


S = EpisodeStatus
NEXT: dict[EpisodeStatus, frozenset[EpisodeStatus]] = {
    S.REFERRED: frozenset({S.INTAKE, S.NOT_ADMITTED}),
    S.INTAKE: frozenset({S.ADMITTED, S.NOT_ADMITTED}),
    S.ADMITTED: frozenset({S.ACTIVE, S.DISCHARGE_PENDING, S.DISCHARGED}),
    S.ACTIVE: frozenset({S.DISCHARGE_PENDING, S.DISCHARGED}),
    S.DISCHARGE_PENDING: frozenset({S.DISCHARGED}),
    S.DISCHARGED: frozenset(),
    S.NOT_ADMITTED: frozenset(),
}
OPEN = frozenset({S.REFERRED, S.INTAKE, S.ADMITTED, S.ACTIVE, S.DISCHARGE_PENDING})
IN_CARE = frozenset({S.ADMITTED, S.ACTIVE, S.DISCHARGE_PENDING})
