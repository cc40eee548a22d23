import pytest
from trellis.durations import iso_duration
from trellis.problems import Trouble


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("7d", "P7D"),
        ("2w", "P2W"),
        ("36h", "PT36H"),
        ("1d12h", "P1DT12H"),
        ("30m", "PT30M"),
        ("90s", "PT90S"),
        ("P7D", "P7D"),
        ("pt1h", "PT1H"),
    ],
)
def test_what_people_type_becomes_iso(typed: str, iso: str) -> None:
    assert iso_duration(typed) == iso


@pytest.mark.parametrize("typed", ["", "seven days", "7", "-1d", "7d 2h", "d7"])
def test_what_is_no_duration_is_said_in_one_line(typed: str) -> None:
    with pytest.raises(Trouble, match="is no duration"):
        iso_duration(typed)
