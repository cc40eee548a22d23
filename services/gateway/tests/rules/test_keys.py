from gateway.rules.keys import NEXT, KeyStatus


def test_a_retired_key_never_signs_again():
    assert set(NEXT) == set(KeyStatus)
    assert NEXT[KeyStatus.RETIRED] == frozenset()
