import pytest
from workforce.rules.npi import is_npi, luhn


@pytest.mark.parametrize("npi", ["1234567893", "1245319599", "1003000126"])
def test_npis_with_a_right_check_digit(npi):
    assert is_npi(npi)


@pytest.mark.parametrize("digit", [d for d in "0123456789" if d != "3"])
def test_every_other_check_digit_is_wrong(digit):
    assert not is_npi("123456789" + digit)


@pytest.mark.parametrize(
    "text", ["", "123456789", "12345678931", "3234567893", "12345678 3", "１２３４５６７８９３", "1234567893\n"]
)
def test_what_is_no_npi_at_all(text):
    assert not is_npi(text)


def test_the_prefix_counts():
    assert luhn("808401234567893")
    assert not luhn("1234567893")
