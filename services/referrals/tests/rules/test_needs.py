import pytest
from referrals.rules.needs import NEXT, NeedDomain, NeedStatus, is_social_code


@pytest.mark.parametrize("code", ["Z55", "Z55.0", "Z56.81", "Z58.6", "Z59.41", "Z59.811", "Z60.2", "Z62.898", "Z65.9"])
def test_social_codes_are_taken(code):
    assert is_social_code(code)


@pytest.mark.parametrize(
    "code", ["Z54", "Z54.9", "Z61", "Z61.0", "Z66", "F33.1", "z59.0", "Z59.", "Z59.8111", "Z59.41 ", ""]
)
def test_other_codes_are_refused(code):
    assert not is_social_code(code)


def test_only_an_open_need_is_resolved():
    assert NEXT[NeedStatus.OPEN] == {NeedStatus.RESOLVED}
    assert not NEXT[NeedStatus.RESOLVED]


def test_domains_are_gravity_codes():
    assert all(domain.value == domain.value.lower() and " " not in domain.value for domain in NeedDomain)
    assert len(NeedDomain) == 21
