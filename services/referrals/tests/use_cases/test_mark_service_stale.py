from datetime import timedelta

from referrals import queries
from referrals.models import DirectoryService, Organization
from referrals.rules.directory import ServiceStatus
from referrals.use_cases.mark_service_stale import mark_service_stale


async def service(tx, assured_date):
    organization = await tx.add(Organization(name="Sample Pantry", description="Food."))
    return await tx.add(
        DirectoryService(
            organization_id=organization.id,
            name="Parcels",
            status=ServiceStatus.ACTIVE,
            assured_date=assured_date,
            last_modified=tx.now,
            is_stale=False,
            search_text="parcels",
        )
    )


async def test_an_assurance_that_has_run_out_is_flagged(tx):
    found = await service(tx, tx.now.date() - timedelta(days=181))
    await mark_service_stale(tx, found.id, by=tx.by)
    assert (await queries.get_service(tx, found.id)).is_stale
    assert [entry.action for entry in tx.audits] == ["service.mark_stale"]


async def test_one_renewed_meanwhile_is_left_alone(tx):
    found = await service(tx, tx.now.date() - timedelta(days=180))
    await mark_service_stale(tx, found.id, by=tx.by)
    assert not tx.audits
