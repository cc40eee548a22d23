from datetime import date
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Refused

from clinical_records import queries
from clinical_records.errors import CredentialMissing, SignerUnknown, SupervisorMissing
from clinical_records.rules.signing import STUDENT, Signer, Signing, Verdict, decide, is_valid_on

REFUSALS: dict[Verdict, type[Refused]] = {
    Verdict.UNKNOWN_SIGNER: SignerUnknown,
    Verdict.NO_SUPERVISOR: SupervisorMissing,
    Verdict.NOT_CREDENTIALED: CredentialMissing,
}


async def judge_signature(tx: Transaction, on: date, *, by: Principal) -> Signing:
    """May this person sign what was done on that day, and is the signature enough?"""
    profile = await queries.find_clinician(tx, by.id)
    signer = Signer(
        is_known=profile is not None,
        can_sign_independently=profile is not None and profile.can_sign_independently,
        needs_cosign=profile is not None and profile.needs_cosign,
        is_student=STUDENT in by.roles,
        has_valid_credential=is_valid_on(await queries.list_validities(tx, by.id), on),
        supervisor_id=await supervisor_of(tx, on, by=by),
    )
    verdict = decide(signer)
    if verdict in REFUSALS:
        raise REFUSALS[verdict]()
    standing = {"npi": profile.npi if profile else None, "roles": sorted(by.roles), "on": on.isoformat()}
    is_enough = verdict is Verdict.FINAL
    return Signing(not is_enough, None if is_enough else signer.supervisor_id, standing)


async def supervisor_of(tx: Transaction, on: date, *, by: Principal) -> UUID | None:
    """The supervisor assigned on that day; the token's word only while no assignment was ever told."""
    assigned = await queries.find_supervisor(tx, by.id, on)
    if assigned or await queries.was_ever_supervised(tx, by.id):
        return assigned
    return by.supervisor_id
