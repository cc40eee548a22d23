from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from intake.models import AgencyCalendar
from intake.rules.access import Level
from intake.schemas.clients import NewClient
from intake.schemas.consents import ConsentSignature, NewConsent
from intake.schemas.inquiries import NewInquiry
from intake.use_cases.draft_consent import draft_consent
from intake.use_cases.expire_consent import expire_consent
from intake.use_cases.receive_inquiry import receive_inquiry
from intake.use_cases.register_client import register_client
from intake.use_cases.report_missed_access import report_missed_access
from intake.use_cases.report_missed_evaluation import report_missed_evaluation
from intake.use_cases.sign_consent import sign_consent
from intake.use_cases.triage_inquiry import triage_inquiry
from shared.errors import Invalid

CLINIC = uuid4()
HOLIDAY = date(2026, 11, 26)


def told(tx):
    return [type(event).NAME for _, event in tx.events]


@pytest.fixture
async def triaged(tx):
    tx.now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    calendar = AgencyCalendar(id=tx.agency_id, timezone="America/Chicago", holidays=[HOLIDAY.isoformat()])
    await tx.add(calendar)
    asks = NewInquiry(clinic_id=CLINIC, channel="web", reason="Feels low", callback={"ok_to_call": True})
    inquiry = await receive_inquiry(tx, asks, by=tx.by)
    return await triage_inquiry(tx, inquiry.id, level=Level.ROUTINE, by=tx.by)


async def test_triage_starts_both_clocks_and_opens_a_task(tx, triaged):
    timers = await tx._driver.fetch("SELECT kind, due_at FROM timer WHERE subject = $1 ORDER BY due_at", triaged.id)
    assert [row["kind"] for row in timers] == ["triage_due", "comprehensive_due"]
    assert timers[0]["due_at"] == triaged.due_at == datetime(2026, 12, 9, 5, 59, 59, tzinfo=UTC)
    assert told(tx) == ["inquiry.received.v1", "inquiry.triaged.v1", "task.opened.v1"]
    assert {audit.action for audit in tx.audits} == {"inquiry.receive", "inquiry.triage"}


async def test_who_was_not_served_in_time_is_told_to_the_director(tx, triaged):
    await report_missed_access(tx, triaged.id, by=tx.by)
    await report_missed_evaluation(tx, triaged.id, by=tx.by)
    assert told(tx)[-4:] == ["access.standard_missed.v1", "task.opened.v1"] * 2


async def test_who_was_served_missed_nothing(tx, triaged):
    triaged.served_at = tx.now
    await tx.save(triaged)
    await report_missed_access(tx, triaged.id, by=tx.by)
    assert "access.standard_missed.v1" not in told(tx)


async def consent_until(tx, expires_at):
    new = NewClient(
        clinic_id=CLINIC,
        legal_first_name="Sample",
        legal_last_name="Client 05",
        date_of_birth=date(1980, 1, 1),
        administrative_sex="male",
    )
    client = await register_client(tx, new, by=tx.by)
    draft = NewConsent(
        client_id=client.id, type="telehealth", form_version="1", form_hash="0" * 64, expires_at=expires_at
    )
    consent = await draft_consent(tx, draft, by=tx.by)
    return await sign_consent(tx, consent.id, signature=ConsentSignature(signer="client", method="e_sign"), by=tx.by)


async def test_a_consent_expires_by_its_timer_and_only_once(tx):
    consent = await consent_until(tx, tx.now + timedelta(days=30))
    timer = await tx._driver.fetchrow("SELECT kind, due_at FROM timer WHERE subject = $1", consent.id)
    assert (timer["kind"], timer["due_at"]) == ("consent_expiry", consent.expires_at)
    await expire_consent(tx, consent.id, by=tx.by)
    await expire_consent(tx, consent.id, by=tx.by)
    assert told(tx).count("consent.expired.v1") == 1
    await tx.flush()


async def test_a_consent_cannot_be_signed_into_the_past_or_from_the_future(tx):
    with pytest.raises(Invalid):
        await consent_until(tx, tx.now)


async def test_no_name_leaves_in_an_event(tx):
    await consent_until(tx, tx.now + timedelta(days=1))
    assert not any(
        "Sample" in event.model_dump_json() or "Client 05" in event.model_dump_json() for _, event in tx.events
    )
