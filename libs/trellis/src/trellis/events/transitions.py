"""Which event each transition is told by. Source: domain specification 8, 9 and 9.1 (numbers in brackets), 2026-11.

A line covers transitions of one NEXT table: `told` names the events that its service publishes with them, `quiet` says
why nobody else needs to know, `unmade` names what will tell of them once a use case makes them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trellis.events.catalogue import Machine, Service, contracts

NEW = "-"


@dataclass(frozen=True)
class Line:
    moves: tuple[tuple[str, str], ...]
    events: tuple[str, ...] = ()
    why: str = ""
    is_made: bool = True


def told(moves: str, *events: str) -> Line:
    return Line(pairs(moves), events)


def quiet(moves: str, why: str) -> Line:
    return Line(pairs(moves), why=why)


def unmade(moves: str, *events: str) -> Line:
    return Line(pairs(moves), events, is_made=False)


def pairs(moves: str) -> tuple[tuple[str, str], ...]:
    """`a b > c d` is every step from a or b to c or d; `-` stands for what is not there yet."""
    before, _, after = moves.partition(" > ")
    return tuple((one, other) for one in before.split() for other in after.split())


ANSWERABLE = "submitted pended info_sent contact_payer needs_review"
TABLE: Mapping[str, tuple[Line, ...]] = {
    "gateway.keys": (
        quiet("next > active", "Verifiers read the key set itself."),
        quiet("active > retired", "Verifiers read the key set itself."),
    ),
    "gateway.audit_reports": (
        quiet("- > pending", "who asked reads it"),
        quiet("pending > ready", "who asked reads it"),
    ),
    "gateway.break_glass": (  # 22
        told("- > active", "break_glass.opened"),
        told("active > ended", "break_glass.closed"),
        told("ended > reviewed_justified reviewed_unjustified", "break_glass.reviewed"),
    ),
    "intake.inquiries": (  # 1
        told("new > triaged", "inquiry.triaged"),
        told("triaged > contacted", "inquiry.responded"),
        told("contacted > converted", "client.registered"),
        told("new triaged contacted > closed", "inquiry.closed"),
    ),
    "intake.clients": (  # 2
        told("- > prospective", "client.registered"),
        told("prospective inactive > active", "episode.opened"),
        told("active > inactive", "episode.closed"),
        unmade("prospective active inactive > merged_into", "client.merged"),
        unmade("merged_into > active", "client.unmerged"),
        unmade("prospective active inactive > deceased", "client.deceased"),
    ),
    "intake.holds": (
        told("- > placed", "legal_hold.placed"),
        told("placed > released", "legal_hold.released"),
    ),
    "intake.consents": (  # 3
        told("draft > active", "consent.granted"),
        quiet(
            "draft > declined", "It never permitted anything. Of a privacy notice npp.acknowledged tells the refusal."
        ),
        told("active > revoked", "consent.revoked"),
        told("active > expired", "consent.expired"),
        told("active > superseded", "consent.superseded"),
    ),
    "intake.episodes": (  # 4
        unmade("referred > intake not_admitted"),
        told("intake > admitted", "episode.opened"),
        quiet("intake > not_admitted", "No other service has heard of it."),
        quiet("admitted > active", "appointment.kept makes it so and is heard by all."),
        unmade("admitted active > discharge_pending"),
        told("admitted active discharge_pending > discharged", "episode.closed"),
    ),
    "clinical-records.assessments": (  # 6
        quiet("draft > pending_cosign", "Its supervisor has a task."),
        quiet("pending_cosign > draft", "Its author has a task."),
        told("draft pending_cosign > final", "assessment.signed"),
        quiet("draft > void", "A draft is not part of the record."),
        unmade("final > amended"),
    ),
    "clinical-records.diagnoses": (  # 7: one event carries how it stands now
        told("- > provisional confirmed rule_out", "diagnosis.recorded"),
        told("provisional > confirmed refuted entered_in_error", "diagnosis.recorded"),
        told("rule_out > refuted entered_in_error", "diagnosis.recorded"),
        told("confirmed > resolved entered_in_error", "diagnosis.recorded"),
        told("refuted resolved > entered_in_error", "diagnosis.recorded"),
    ),
    "clinical-records.plans": (  # 8
        quiet("draft > awaiting_signatures", "It is not in force."),
        quiet("awaiting_signatures > draft", "It was not in force."),
        told("awaiting_signatures > active", "plan.activated"),
        quiet("active > under_review", "The version before stays in force until the review is signed."),
        told("under_review > active", "plan.activated", "plan.reviewed"),
        told("draft awaiting_signatures active under_review > closed", "discharge.finalized"),
    ),
    "clinical-records.notes": (  # 9
        told("- > draft", "note.due"),
        told("draft > final", "note.signed", "note.finalized"),
        told("draft > pending_cosign", "note.signed", "cosign.requested"),
        told("pending_cosign > final", "note.cosigned", "note.finalized"),
        told("pending_cosign > returned", "note.returned"),
        quiet("returned > draft", "The author writes on; what is signed next is told."),
        told("final > voided", "note.voided"),
    ),
    "clinical-records.cssrs": (  # 10
        told("in_progress > complete", "risk.assessed", "risk.elevated"),
        quiet("complete > superseded", "risk.assessed of the newer one says so."),
    ),
    "clinical-records.measures": (  # 13
        told("- > assigned", "measure.assigned"),
        unmade("assigned > started"),
        unmade("started > completed"),
        told("completed > scored invalid", "measure.scored"),
        quiet("assigned > expired declined", "There is no score; nobody decides on it."),
        quiet("scored > voided", "The score that replaces it is told."),
    ),
    "clinical-records.discharges": (  # 14
        quiet("draft > pending_cosign", "Its supervisor has a task."),
        told("draft pending_cosign > final", "discharge.finalized"),
    ),
    "scheduling.appointments": (  # 15
        unmade("proposed > booked", "appointment.booked"),
        told("- > booked", "appointment.booked"),
        quiet("booked > confirmed", "The time is held as before."),
        quiet("booked confirmed > arrived", "The session that follows is told."),
        quiet("arrived > in_session", "The session that follows is told."),
        told("booked confirmed arrived in_session > kept", "appointment.kept"),
        told("booked confirmed > no_show", "appointment.no_show"),
        told("booked confirmed > late_cancel", "appointment.late_cancelled"),
        told("booked confirmed > cancelled_client cancelled_provider", "appointment.cancelled"),
    ),
    "referrals.referrals": (  # 17
        told("- > draft", "referral.created"),
        told("draft ready > needs_consent", "referral.needs_consent"),
        quiet("draft needs_consent > ready", "Nothing leaves before it is sent."),
        unmade("ready > sent", "referral.sent", "disclosure.made"),
        unmade("sent > accepted", "referral.accepted"),
        unmade("sent > rejected", "referral.rejected"),
        unmade("sent > no_response", "referral.no_response"),
        unmade("accepted on_hold > in_progress", "referral.in_progress"),
        unmade("in_progress > on_hold", "referral.on_hold"),
        unmade("accepted in_progress on_hold > failed", "referral.closed"),
        unmade("in_progress > completed"),
        unmade("completed > loop_closed", "referral.closed"),
        quiet("draft needs_consent ready > cancelled", "Nothing left the agency."),
        unmade("sent accepted in_progress > cancelled", "referral.closed"),
    ),
    "referrals.needs": (told("- > open", "need.identified"), told("open > resolved", "need.resolved")),
    "referrals.aftercare": (told("- > planned", "aftercare.planned"), told("planned > done", "task.closed")),
    "authorizations.eligibility": (told("pending > active inactive unknown error", "eligibility.checked"),),
    "authorizations.appointments": (  # scheduling's appointments, as far as units go
        told("- > booked", "auth.unit_reserved"),
        told("booked > cancelled no_show", "auth.unit_released"),
        told("booked cancelled no_show > kept", "auth.unit_consumed"),
    ),
    "authorizations.requests": (  # 18
        told("draft rejected > submitted", "auth.submitted"),
        told(f"{ANSWERABLE} > pended", "auth.pended"),
        told(f"{ANSWERABLE} > denied", "auth.denied", "auth.denial_defective"),
        told(f"{ANSWERABLE} > approved modified partially_approved", "auth.approved"),
        quiet(f"{ANSWERABLE} > not_required", "eligibility.checked tells what is required."),
        quiet(f"{ANSWERABLE} > contact_payer needs_review", "Utilization review has a task."),
        quiet(f"{ANSWERABLE} > rejected", "It is mended and sent again."),
        quiet(f"draft rejected {ANSWERABLE} > cancelled", "No authorization comes of it."),
        unmade("pended > info_sent"),
        unmade("denied > appealed", "appeal.filed"),
        unmade("appealed > approved modified partially_approved denied", "appeal.decided"),
    ),
    "authorizations.authorizations": (  # 19
        told("- > active", "auth.approved"),
        told("active > exhausted", "auth.exhausted"),
        told("exhausted > active", "auth.unit_reversed"),
        told("active exhausted > expired", "auth.expired"),
        told("active exhausted > terminated", "authorization.terminated"),
        unmade("active exhausted > revised", "auth.modified"),
    ),
    "authorizations.charges": (  # 21
        told("candidate blocked ready > ready", "charge.ready"),
        told("candidate blocked ready > blocked", "charge.blocked"),
        told("candidate blocked ready > void", "charge.voided"),
        unmade("ready corrected > exported", "claim.exported"),
        unmade("exported > accepted"),
        unmade("accepted > paid partially_paid", "claim.paid"),
        unmade("exported accepted > denied", "claim.denied"),
        unmade("denied partially_paid > corrected"),
        unmade("denied corrected partially_paid > written_off"),
    ),
    "workforce.credentials": (  # 22
        told("pending > verified", "credential.verified"),
        told("verified > expiring", "credential.expiring"),
        told("verified expiring > expired", "credential.expired"),
        told("expiring expired suspended > renewed", "credential.renewed"),
        unmade("verified expiring > suspended", "credential.suspended"),
    ),
    "workforce.supervision": (  # 22
        told("- > proposed active", "supervision.assigned"),
        quiet("proposed > active", "supervision.assigned carries both its days."),
        told("proposed active > ended", "supervision.ended"),
    ),
    "workforce.tasks": (told("open > closed", "task.closed"),),
}


def faults(services: Sequence[Service], table: Mapping[str, tuple[Line, ...]] = TABLE) -> Iterator[str]:
    """One line for each thing that code and table say differently, and what to do."""
    known = {
        f"{service.name}.{machine.name}": (service, machine) for service in services for machine in service.machines
    }
    for name in sorted(known.keys() ^ table.keys()):
        yield f"{name}: NEXT and trellis/events/transitions.py do not both know it: add or take out its lines."
    for name in sorted(known.keys() & table.keys()):
        service, machine = known[name]
        yield from uncovered(name, machine, table[name])
        for line in table[name]:
            yield from (untold if line.is_made else made)(name, service, machine, line)
    yield from unpublished(services)


def uncovered(name: str, machine: Machine, lines: Sequence[Line]) -> Iterator[str]:
    said = Counter(move for line in lines for move in line.moves)
    real = set(machine.transitions())
    for before, after in sorted(real - said.keys()):
        yield f"{name}: {before} > {after} is in NEXT and nowhere in transitions.py: say what tells it."
    for (before, after), count in sorted(said.items()):
        if count > 1:
            yield f"{name}: {before} > {after} stands twice in transitions.py: leave one."
        elif (before, after) not in real and not (before == NEW and after in machine.after):
            yield f"{name}: {before} > {after} is in transitions.py and not in NEXT: take it out."


def untold(name: str, service: Service, machine: Machine, line: Line) -> Iterator[str]:
    known, tells = {stem(event.NAME) for event in contracts()}, {stem(told) for told in service.tells}
    for event in line.events:
        if event not in known:
            yield f"{name}: {event} has no contract: add its class to shared/contracts."
        elif event not in tells:
            yield f"{name}: no use case of {service.name} publishes {event}: tx.publish(…) where it is made."


def made(name: str, service: Service, machine: Machine, line: Line) -> Iterator[str]:
    for before, after in line.moves:
        if {before, after} <= machine.made:
            what = ", ".join(line.events) or "nothing yet"
            yield f"{name}: {before} > {after} is made by a use case now: publish {what} and say told(…) in its line."


def unpublished(services: Sequence[Service]) -> Iterator[str]:
    tellers = {event.NAME: [s.name for s in services if event.NAME in s.tells] for event in contracts()}
    live = {stem(name) for name, who in tellers.items() if who}
    for event in contracts():
        if stem(event.NAME) not in live:
            yield f"{event.NAME} is published by nobody: publish it, or take its class out while it was never sent."
        owner = event.TOPIC.partition(".")[0]
        if strangers := [one for one in tellers[event.NAME] if owner not in ("", one)]:
            yield f"{event.NAME} of {owner} is published by {', '.join(strangers)}: each service tells its own events."


def stem(name: str) -> str:
    """A wire type without its version."""
    return name.rpartition(".v")[0]
