from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from intake import queries
from intake.models import Client, Episode, Inquiry, Program
from intake.rules.access import Level
from intake.rules.clients import ClientStatus, Sex
from intake.rules.episodes import EpisodeStatus
from intake.rules.inquiries import CallerIs, Channel, InquiryStatus
from intake.schemas.consents import ConsentSignature, NewConsent
from intake.use_cases.draft_consent import draft_consent
from intake.use_cases.sign_consent import sign_consent
from privacy import DataClass, codings, label_of
from shared.auth import Principal
from shared.contracts.authorizations import DisclosureMade
from shared.contracts.clinical_records import AssessmentSigned, CareTeamChanged, DischargeFinalized
from shared.contracts.scheduling import AppointmentKept

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
CLINIC = UUID(int=77)


@pytest.fixture
def opened(database, agency):
    return lambda **more: database.transaction(Principal.system("intake", agency_id=agency), request_id="test", **more)


@pytest.fixture
async def course(opened):
    """A client in care, with the inquiry that led here and a consent until the end of treatment."""
    async with opened() as tx:
        client = await tx.add(
            Client(
                clinic_id=CLINIC,
                record_number=str(uuid4()),
                status=ClientStatus.ACTIVE,
                legal_first_name="Sample",
                legal_last_name="Client 04",
                date_of_birth=date(1990, 1, 1),
                administrative_sex=Sex.MALE,
                last_name_soundex="C453",
                birth_year=1990,
                security_labels=codings(label_of(DataClass.DEMOGRAPHICS)),
            )
        )
        program = await tx.add(
            Program(
                clinic_id=CLINIC,
                code="OP",
                name="Outpatient",
                is_part2=False,
                review_every_days=90,
                access_standard="ccbhc",
            )
        )
        episode = await tx.add(
            Episode(
                client_id=client.id,
                program_id=program.id,
                clinic_id=CLINIC,
                primary_clinician_id=uuid4(),
                status=EpisodeStatus.ADMITTED,
                is_part2=False,
                opened_on=date(2026, 10, 1),
                security_labels=codings(label_of(DataClass.CLINICAL)),
            )
        )
        inquiry = await tx.add(
            Inquiry(
                clinic_id=CLINIC,
                status=InquiryStatus.CONVERTED,
                channel=Channel.WEB,
                caller_is=CallerIs.SELF,
                reason="Feels low",
                callback={},
                danger_flags=[],
                received_at=NOW,
                level=Level.ROUTINE,
                due_at=NOW + timedelta(days=14),
                standard_code="ccbhc.routine.10bd",
                client_id=client.id,
                security_labels=codings(label_of(DataClass.CLINICAL)),
            )
        )
        new = NewConsent(
            client_id=client.id,
            type="treatment",
            form_version="1",
            form_hash="0" * 64,
            expires_event="end_of_treatment",
        )
        consent = await draft_consent(tx, new, by=tx.by)
        await sign_consent(tx, consent.id, signature=ConsentSignature(signer="client", method="e_sign"), by=tx.by)
    return client.id, episode.id, inquiry.id, consent.id


def kept(client_id, episode_id):
    return AppointmentKept(
        appointment_id=uuid4(),
        client_id=client_id,
        episode_id=episode_id,
        clinic_id=CLINIC,
        provider_id=uuid4(),
        kind="individual",
        started_at=NOW,
        ended_at=NOW + timedelta(minutes=52),
        minutes=52,
        service_date=date(2026, 11, 23),
        timezone="America/Chicago",
    )


def discharge(client_id, episode_id):
    return DischargeFinalized(
        discharge_id=uuid4(),
        client_id=client_id,
        episode_id=episode_id,
        reason_code="goals_met",
        discharged_on=date(2026, 11, 23),
    )


async def test_the_first_service_makes_care_active_and_the_inquiry_served(course, receive, opened):
    client_id, episode_id, inquiry_id, _ = course
    await receive(kept(client_id, episode_id))
    async with opened() as tx:
        assert (await queries.get_episode(tx, episode_id)).status is EpisodeStatus.ACTIVE
        assert (await queries.get_inquiry(tx, inquiry_id)).served_at == NOW


async def test_a_final_discharge_ends_episode_care_and_consent_once(course, receive, opened, superuser):
    client_id, episode_id, _, consent_id = course
    event = discharge(client_id, episode_id)
    sent = await receive(event)
    await receive(event, id=sent)
    async with opened() as tx:
        episode = await queries.get_episode(tx, episode_id)
        assert (episode.status, episode.closed_on, episode.end_reason) == (
            EpisodeStatus.DISCHARGED,
            date(2026, 11, 23),
            "goals_met",
        )
        assert (await queries.get_client(tx, client_id)).status is ClientStatus.INACTIVE
        assert (await queries.get_consent(tx, consent_id)).status == "expired"
    told = await superuser.fetch("SELECT type FROM outbox WHERE causation = $1 ORDER BY id", str(sent))
    assert [row["type"] for row in told] == ["episode.closed.v1", "consent.expired.v1"]


async def test_an_assessment_stops_the_comprehensive_clock(course, receive, opened):
    client_id, episode_id, inquiry_id, _ = course
    await receive(AssessmentSigned(assessment_id=uuid4(), client_id=client_id, episode_id=episode_id))
    async with opened() as tx:
        assert (await queries.get_inquiry(tx, inquiry_id)).evaluated_at is not None


async def test_what_was_disclosed_stands_in_the_accounting_once(course, receive, http, bearer):
    client_id = course[0]
    made = DisclosureMade(
        disclosure_id=uuid4(),
        client_id=client_id,
        recipient_id=uuid4(),
        purpose="PUBHLTH",
        data_classes=("clinical",),
        at=NOW,
    )
    sent = await receive(made)
    await receive(made, id=sent)
    answer = await http.get(f"/v1/disclosures?client_id={client_id}", headers=bearer("disclosures:read"))
    assert [(row["id"], row["is_accountable"]) for row in answer.json()["items"]] == [(str(made.disclosure_id), True)]


async def test_a_member_of_the_care_team_sees_the_client_while_it_lasts(course, receive, http, bearer):
    client_id, member, membership = course[0], uuid4(), uuid4()
    event = CareTeamChanged(
        membership_id=membership, client_id=client_id, member_id=member, role="primary", since=NOW - timedelta(days=1)
    )
    headers = bearer("clients:read", sub=member, reach="caseload")
    assert (await http.get(f"/v1/clients/{client_id}", headers=headers)).status_code == 404
    await receive(event)
    assert (await http.get(f"/v1/clients/{client_id}", headers=headers)).status_code == 200
    await receive(event.model_copy(update={"until": NOW - timedelta(hours=1)}), sequence=2)
    assert (await http.get(f"/v1/clients/{client_id}", headers=headers)).status_code == 404
