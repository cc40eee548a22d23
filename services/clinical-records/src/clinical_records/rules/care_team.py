"""The care team: its roles, and how long a member may still finish the chart. Project convention, 2026-11-23."""

from datetime import timedelta
from enum import StrEnum


class TeamRole(StrEnum):
    PRIMARY_CLINICIAN = "primary_clinician"
    CLINICIAN = "clinician"
    PSYCHIATRIST = "psychiatrist"
    CASE_MANAGER = "case_manager"
    STUDENT = "student"
    SUPERVISOR = "supervisor"


FINISHING_TIME = timedelta(days=30)
"""After an episode closed its team may still finish open notes for this long."""
