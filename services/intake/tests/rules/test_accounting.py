from datetime import UTC, datetime

import pytest
from intake.rules.accounting import is_accounted, years_before

NOW = datetime(2028, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("purpose", "has_consent", "data_classes", "made_at", "stands"),
    [
        ("PUBHLTH", False, ["diagnosis"], datetime(2022, 3, 1, 12, tzinfo=UTC), True),
        ("PUBHLTH", False, ["diagnosis"], datetime(2022, 2, 28, tzinfo=UTC), False),
        ("TREAT", False, ["diagnosis"], datetime(2027, 1, 1, tzinfo=UTC), False),
        ("HPAYMT", False, ["billing"], datetime(2027, 1, 1, tzinfo=UTC), False),
        ("HOPERAT", False, ["billing"], datetime(2027, 1, 1, tzinfo=UTC), False),
        ("PATRQT", False, ["diagnosis"], datetime(2027, 1, 1, tzinfo=UTC), False),
        ("PUBHLTH", True, ["diagnosis"], datetime(2027, 1, 1, tzinfo=UTC), False),
        ("TREAT", True, ["part2_record"], datetime(2025, 3, 1, 12, tzinfo=UTC), True),
        ("TREAT", True, ["part2_record"], datetime(2025, 2, 28, tzinfo=UTC), False),
        ("HLEGAL", False, ["part2_record"], datetime(2023, 1, 1, tzinfo=UTC), True),
    ],
)
def test_what_stands_in_the_accounting(purpose, has_consent, data_classes, made_at, stands):
    found = is_accounted(purpose=purpose, has_consent=has_consent, data_classes=data_classes, made_at=made_at, now=NOW)
    assert found is stands


def test_a_leap_day_has_its_day_six_years_before():
    assert years_before(NOW, 6) == datetime(2022, 3, 1, 12, tzinfo=UTC)
