"""What falls due: each is told once, with its rule, and only while it still matters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from clinical_records.use_cases.call_for_measure import call_for_measure
from clinical_records.use_cases.call_for_plan_review import call_for_plan_review
from clinical_records.use_cases.expire_measure import expire_measure
from clinical_records.use_cases.flag_overdue_note import flag_overdue_note
from shared.db import Transaction


def said(tx: Transaction) -> list[Any]:
    return [event for _, event in tx.events]


async def scored(care: Any) -> dict[str, Any]:
    body = {"client_id": str(care.client_id), "instrument": "phq-9"}
    measure = await care.made("/v1/measure-administrations", body)
    found: dict[str, Any] = await care.made(f"/v1/measure-administrations/{measure['id']}/answers", {"items": [1] * 9})
    return found


async def test_next_measure_is_due_after_four_weeks(care: Any, tx: Transaction, superuser: Any) -> None:
    measure = await scored(care)
    due = await superuser.fetchval(
        "SELECT due_at FROM timer WHERE kind = 'measure_due' AND subject = $1", measure["id"]
    )
    assert timedelta(days=27, hours=23) < due - datetime.now(UTC) <= timedelta(weeks=4)
    await call_for_measure(tx, UUID(measure["id"]), by=tx.by)
    task = said(tx)[0]
    assert (task.kind, task.rule, task.assignee_id) == ("measure_due", "phq-9.every_4_weeks", care.therapist)


async def test_next_score_moves_the_clock(care: Any, superuser: Any) -> None:
    first, second = await scored(care), await scored(care)
    rows = await superuser.fetch("SELECT subject FROM timer WHERE kind = 'measure_due'")
    subjects = {str(row["subject"]) for row in rows}
    assert second["id"] in subjects and first["id"] not in subjects


async def test_unanswered_measure_expires(care: Any, tx: Transaction) -> None:
    measure = await care.made("/v1/measure-administrations", {"client_id": str(care.client_id), "instrument": "gad-7"})
    await expire_measure(tx, UUID(measure["id"]), by=tx.by)
    await expire_measure(tx, UUID(measure["id"]), by=tx.by)
    assert [a.action for a in tx.audits] == ["measure_administration.expire"]


async def test_plan_review_is_due_on_its_day(care: Any, tx: Transaction, superuser: Any) -> None:
    plan = await care.plan()
    due = await superuser.fetchval(
        "SELECT due_at FROM timer WHERE kind = 'plan_review_due' AND subject = $1", plan["id"]
    )
    assert due.date().isoformat() == plan["review_due_on"]
    await call_for_plan_review(tx, UUID(plan["id"]), by=tx.by)
    told = said(tx)
    assert [type(e).NAME for e in told] == ["plan.review_due.v1", "task.opened.v1"]
    assert told[1].rule == "plan.review_every_60_days"


async def test_unsigned_note_is_overdue_after_seven_days(care: Any, tx: Transaction, superuser: Any) -> None:
    note = await care.session()
    due = await superuser.fetchval("SELECT due_at FROM timer WHERE kind = 'note_overdue' AND subject = $1", note["id"])
    assert due - datetime.fromisoformat(note["ended_at"]) == timedelta(days=7)
    assert datetime.fromisoformat(note["due_at"]) - datetime.fromisoformat(note["ended_at"]) == timedelta(hours=72)
    await flag_overdue_note(tx, UUID(note["id"]), by=tx.by)
    assert [type(e).NAME for e in said(tx)] == ["note.overdue.v1", "task.opened.v1"]
    assert said(tx)[1].role == "clinical_supervisor"


async def test_signed_note_is_never_overdue(care: Any, tx: Transaction, principal: Callable[..., Any]) -> None:
    note = await care.written()
    await care.made(f"/v1/notes/{note['id']}/signature")
    await flag_overdue_note(tx, UUID(note["id"]), by=tx.by)
    assert said(tx) == []
