from privacy import DataClass, codings, high_water_mark, label_of
from privacy.labels import LABELS


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
