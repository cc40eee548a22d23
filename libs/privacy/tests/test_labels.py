import pytest
from privacy import DataClass, codings, high_water_mark, label_at_write, label_of
from privacy.labels import LABELS, UNKNOWN


def test_every_class_has_a_label():
    assert set(LABELS) == set(DataClass)


def test_the_notes_apart_are_very_restricted():
    assert label_of("psychotherapy_note").confidentiality == "V"
    assert label_of("sud_counseling_note").policy == "42CFRPart2"


def test_a_part2_unit_labels_whatever_it_writes():
    label = label_of("contact", is_part2=True)
    assert (label.confidentiality, label.policy) == ("R", "42CFRPart2")
    assert label_of("psychotherapy_note", is_part2=True).confidentiality == "V"


def test_an_unknown_class_is_very_restricted():
    assert label_of("horoscope").confidentiality == "V"


def test_the_high_water_mark_reveals_nothing_but_its_height():
    mark = high_water_mark([label_of("contact"), label_of("part2_record")])
    assert (mark.confidentiality, mark.sensitivity, mark.policy, mark.refrain) == ("R", frozenset(), None, frozenset())
    assert high_water_mark([]).confidentiality == "N"


def test_codings_name_their_system_and_begin_with_the_confidentiality():
    found = codings(label_of("plan", is_part2=True))
    assert found[0].endswith("v3-Confidentiality|R")
    assert found[-1].endswith("v3-ActCode|42CFRPart2")
    assert codings(label_of("horoscope"))[0].endswith("|V")


PLAIN_AND_PART2 = {
    "contact": ("N", "R SUD ETHUD NORDSCLCD 42CFRPart2"),
    "demographics": ("N", "R SUD ETHUD NORDSCLCD 42CFRPart2"),
    "schedule": ("R BH", "R BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "billing": ("R BH", "R BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "needs": ("R BH", "R BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "measures": ("R PSY BH", "R PSY BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "diagnosis": ("R PSY BH", "R PSY BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "plan": ("R PSY BH", "R PSY BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "risk": ("R PSY BH", "R PSY BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "clinical": ("R PSY BH", "R PSY BH SUD ETHUD NORDSCLCD 42CFRPart2"),
    "part2_record": ("R SUD ETHUD NORDSCLCD 42CFRPart2", "R SUD ETHUD NORDSCLCD 42CFRPart2"),
    "sud_counseling_note": ("V SUD NODSCLCD NORDSCLCD 42CFRPart2", "V SUD ETHUD NODSCLCD NORDSCLCD 42CFRPart2"),
    "mandated_report": ("V BH NODSCLCD", "V BH SUD ETHUD NODSCLCD NORDSCLCD 42CFRPart2"),
    "psychotherapy_note": ("V PSYTHPN NODSCLCD", "V PSYTHPN SUD ETHUD NODSCLCD NORDSCLCD 42CFRPart2"),
    "horoscope": ("V NODSCLCD", "V SUD ETHUD NODSCLCD NORDSCLCD 42CFRPart2"),
}


def codes(label):
    return {coding.rpartition("|")[2] for coding in codings(label)}


@pytest.mark.parametrize(("data_class", "wanted"), PLAIN_AND_PART2.items())
def test_every_class_with_and_without_part2(data_class, wanted):
    plain, part2 = (set(text.split()) for text in wanted)
    assert codes(label_at_write(data_class, [])) == codes(label_at_write(data_class, [False])) == plain
    assert codes(label_at_write(data_class, [True])) == part2


def test_the_table_of_labels_leaves_out_no_class():
    assert set(PLAIN_AND_PART2) == {*DataClass, "horoscope"}


def test_of_several_episodes_the_strictest_counts():
    assert label_at_write("schedule", [False, True, False]) == label_of("schedule", is_part2=True)
    assert label_at_write("schedule", [False, None]) == UNKNOWN
    assert codes(label_at_write("schedule", [None, True])) == codes(label_at_write("horoscope", [True]))
