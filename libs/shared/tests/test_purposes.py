"""Purpose of use: a program names one that it was granted; a refusal is audited."""

import pytest

GRANTED = {"purpose": "TREAT", "purposes": ["TREAT", "HPAYMT"], "reach": "disclosed", "roles": ("partner_app",)}


@pytest.mark.parametrize(
    ("header", "status", "kept"),
    [(None, 400, "TREAT"), ("TREAT", 400, "TREAT"), ("HPAYMT", 400, "HPAYMT"), ("PATRQT", 403, None), ("BTG", 403, None),
     ("treat", 403, None), ("TREAT,HPAYMT", 403, None)],
)  # fmt: skip
async def test_a_program_asks_for_a_purpose_that_it_was_granted(http, bearer, superuser, agency, header, status, kept):
    headers = bearer("loaves:read", **GRANTED) | ({"X-Purpose-Of-Use": header} if header else {})
    answer = await http.get("/v1/loaves", headers=headers)
    assert answer.status_code == status, answer.text  # 400: the purpose is good, and the list wants its client named
    rows = await superuser.fetch("SELECT purpose, outcome, code FROM audit WHERE agency_id = $1", agency)
    if status == 403:
        assert answer.json()["type"] == "/problems/purpose-not-granted"
        assert [(row["outcome"], row["code"]) for row in rows] == [("refused", "purpose-not-granted")]
    else:
        assert {row["purpose"] for row in rows} <= {kept}


async def test_a_person_for_treatment_narrows_and_never_widens(http, bearer):
    for header, status in (("HPAYMT", 200), ("ETREAT", 200), ("BTG", 403)):
        answer = await http.get("/v1/loaves", headers=bearer("loaves:read") | {"X-Purpose-Of-Use": header})
        assert answer.status_code == status
