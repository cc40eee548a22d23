from datetime import UTC, datetime, timedelta

import pytest

TODAY = datetime.now(UTC).date()


async def test_words_find_a_service_even_with_a_slip(scene):
    for words in ("parcel", "FOOD", "food parcles"):
        found = await scene.get(f"services?q={words}")
        assert [s["id"] for s in found.json()["items"]] == [scene.service_id], words
    assert (await scene.get("services?q=%25%25")).json()["items"] == []
    assert (await scene.get("services?q=shelter")).json()["items"] == []


async def test_status_filters_and_knows_the_space(scene):
    assert len((await scene.get("services?status=active")).json()["items"]) == 1
    assert (await scene.get("services?status=temporarily%20closed")).json()["items"] == []
    assert (await scene.get("services?status=closed")).status_code == 422


async def test_a_change_needs_the_version_and_tells(scene, superuser):
    headers = scene.bearer("directory:write", "directory:read")
    url, change = f"/v1/services/{scene.service_id}", {"status": "defunct", "assured_date": str(TODAY)}
    assert (await scene.http.patch(url, json=change, headers=headers)).status_code == 428
    assert (await scene.http.patch(url, json=change, headers={**headers, "If-Match": '"9"'})).status_code == 412
    changed = await scene.http.patch(url, json=change, headers={**headers, "If-Match": '"1"'})
    assert changed.status_code == 200
    assert (changed.json()["status"], changed.json()["is_stale"], changed.headers["ETag"]) == ("defunct", False, '"2"')
    told = await superuser.fetch("SELECT data->>'status' AS s FROM outbox WHERE key = $1 ORDER BY id", scene.service_id)
    assert [row["s"] for row in told] == ["active", "defunct"]
    rings = await superuser.fetchval("SELECT due_at FROM timer WHERE subject::text = $1", scene.service_id)
    assert rings.date() == TODAY + timedelta(days=181)


@pytest.mark.parametrize(("days", "stale"), [(180, False), (181, True)])
async def test_a_stale_assurance_is_flagged(scene, days, stale):
    made = await scene.post(
        "services",
        {
            "organization_id": scene.organization_id,
            "name": "Night shelter",
            "status": "active",
            "assured_date": str(TODAY - timedelta(days=days)),
        },
    )
    assert made.json()["is_stale"] is stale


async def test_ages_must_not_be_reversed(scene):
    wish = {
        "organization_id": scene.organization_id,
        "name": "Youth club",
        "status": "active",
        "minimum_age": 18,
        "maximum_age": 12,
    }
    refused = await scene.post("services", wish)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/ages-reversed")


async def test_a_service_is_placed_at_its_organizations_locations_only(scene):
    address = {
        "address_type": "physical",
        "address_1": "1 Sample Street",
        "city": "Sampleton",
        "state_province": "IL",
        "postal_code": "60000",
    }
    own = await scene.post(
        "locations", {"organization_id": scene.organization_id, "location_type": "physical", "addresses": [address]}
    )
    assert own.json()["addresses"][0]["country"] == "US"
    other = await scene.post("organizations", {"name": "Sample Shelter", "description": "Beds."})
    far = await scene.post("locations", {"organization_id": other.json()["id"], "location_type": "virtual"})
    placed = await scene.post(f"services/{scene.service_id}/locations", {"location_id": own.json()["id"]})
    assert placed.status_code == 201
    refused = await scene.post(f"services/{scene.service_id}/locations", {"location_id": far.json()["id"]})
    assert refused.status_code == 422
    again = await scene.post(f"services/{scene.service_id}/locations", {"location_id": own.json()["id"]})
    assert again.status_code == 409
    assert len((await scene.get(f"services/{scene.service_id}/locations")).json()["items"]) == 1


async def test_without_the_scope_every_id_is_403(scene):
    for path in (f"services/{scene.service_id}", "services/00000000-0000-7000-8000-000000000000"):
        answer = await scene.http.get(f"/v1/{path}", headers=scene.bearer("referrals:read"))
        assert answer.status_code == 403
