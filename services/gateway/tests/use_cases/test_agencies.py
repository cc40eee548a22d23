from datetime import date

import pytest
from gateway.errors import CalendarUnknown, ClinicUnknown, LastAdministrator, RolesRefused
from gateway.models import Agency, UserAccount
from gateway.rules.clients import agency_id_of
from gateway.rules.roles import Role
from gateway.schemas.agencies import NewAgency
from gateway.schemas.clinics import NewClinic
from gateway.schemas.users import NewUser
from gateway.use_cases.add_user import add_user
from gateway.use_cases.compute_holidays import compute_holidays
from gateway.use_cases.deactivate_user import deactivate_user
from gateway.use_cases.open_agency import open_agency
from gateway.use_cases.open_clinic import open_clinic
from gateway.use_cases.renew_holidays import renew_holidays
from shared.auth import Principal
from shared.contracts.gateway import AgencyChanged, UserDeactivated, UserRoleChanged
from shared.db import uuid7

NEW = NewAgency(name="Sample Agency", slug="sample", timezone="America/Chicago", administrator="admin-01")


async def opened(tx):
    agency = Agency(
        id=tx.agency_id,
        name="Sample",
        slug="s",
        timezone="America/Chicago",
        holiday_country="US",
        administrator_id=uuid7(),
    )
    await tx.add(agency)
    await tx.add(
        UserAccount(
            id=agency.administrator_id, username="admin-01", roles=["administrator"], clinic_ids=[], client_ids=[]
        )
    )
    return agency


async def test_an_agency_opens_inside_its_own_wall(database, superuser):
    by = Principal(uuid7(), None, scopes=frozenset({"agencies:write"}))
    new = NEW.model_copy(update={"slug": f"s{uuid7().hex[:20]}"})
    async with database.transaction(by) as tx:
        agency = await open_agency(tx, new, by=by)
    assert agency.id == agency.agency_id == agency_id_of(new.slug)
    told = await superuser.fetch("SELECT type, data::text FROM outbox WHERE agency_id = $1 ORDER BY id", agency.id)
    assert [row["type"] for row in told] == ["agency.changed.v1", "user.role_changed.v1"]
    assert await superuser.fetchval("SELECT count(*) FROM audit WHERE agency_id = $1", agency.id) == 1
    assert (
        await superuser.fetchval("SELECT count(*) FROM timer WHERE agency_id = $1 AND kind = 'holidays_due'", agency.id)
        == 1
    )
    assert not [row for row in told if "admin-01" in row["data"]]


def test_holidays_of_three_years_are_known():
    days = compute_holidays("US", "CO", year=2026)
    assert date(2026, 11, 26) in days and date(2027, 7, 5) in days and date(2028, 12, 25) in days
    assert days == tuple(sorted(days))


@pytest.mark.parametrize(
    ("country", "subdivision", "pointer"), [("ZZ", None, "/holiday_country"), ("US", "QQQ", "/holiday_subdivision")]
)
def test_a_calendar_that_nobody_keeps_is_refused(country, subdivision, pointer):
    with pytest.raises(CalendarUnknown) as caught:
        compute_holidays(country, subdivision, year=2026)
    assert caught.value.pointer == pointer


async def test_a_new_year_tells_its_holidays_again(tx):
    agency = await opened(tx)
    await renew_holidays(tx, agency.id)
    event = tx.events[-1][1]
    assert isinstance(event, AgencyChanged)
    assert max(event.holidays).year >= tx.now.year + 2


async def test_a_clinic_has_the_agencys_zone_unless_it_says_otherwise(tx):
    await opened(tx)
    assert (await open_clinic(tx, NewClinic(name="North"), by=tx.by)).timezone == "America/Chicago"
    assert (
        await open_clinic(tx, NewClinic(name="West", timezone="America/Denver"), by=tx.by)
    ).timezone == "America/Denver"


async def test_a_user_is_added_with_roles_that_go_together(tx):
    await opened(tx)
    clinic = await open_clinic(tx, NewClinic(name="North"), by=tx.by)
    user = await add_user(tx, NewUser(username="t-01", roles=[Role.THERAPIST], clinic_ids=[clinic.id]), by=tx.by)
    event = tx.events[-1][1]
    assert isinstance(event, UserRoleChanged) and event.user_id == user.id and event.clinic_ids == (clinic.id,)
    with pytest.raises(RolesRefused):
        await add_user(
            tx, NewUser(username="x", roles=[Role.THERAPIST, Role.CLIENT_PORTAL], client_ids=[uuid7()]), by=tx.by
        )
    with pytest.raises(ClinicUnknown) as caught:
        await add_user(tx, NewUser(username="y", roles=[Role.THERAPIST], clinic_ids=[clinic.id, uuid7()]), by=tx.by)
    assert caught.value.pointer == "/clinic_ids/1"


async def test_an_agency_keeps_one_administrator(tx):
    agency = await opened(tx)
    with pytest.raises(LastAdministrator):
        await deactivate_user(tx, agency.administrator_id, by=tx.by)
    await add_user(tx, NewUser(username="admin-02", roles=[Role.ADMINISTRATOR]), by=tx.by)
    await deactivate_user(tx, agency.administrator_id, by=tx.by)
    assert isinstance(tx.events[-1][1], UserDeactivated)
