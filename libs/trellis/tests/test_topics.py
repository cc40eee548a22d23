"""What topics.toml declares, and what is made of a cluster that is otherwise. On a real cluster: tests/kafka."""

from dataclasses import replace

from trellis.topics import Found, Right, Topic, changes, declared

INTAKE = Topic("intake", 12, 3, {"min.insync.replicas": "2", "retention.ms": "604800000"})
AS_DECLARED = Found(12, 3, {**INTAKE.settings, "flush.ms": "5"})


def test_each_producer_has_two_topics_of_twelve_partitions_in_three_copies():
    topics = declared().topics
    assert len(topics) == 14
    assert {(topic.partitions, topic.replication, topic.settings["min.insync.replicas"]) for topic in topics} == {
        (12, 3, "2")
    }
    assert {topic.settings["unclean.leader.election.enable"] for topic in topics} == {"false"}


def test_on_fewer_brokers_fewer_copies_must_be_in_sync():
    assert {topic.settings["min.insync.replicas"] for topic in declared(1).topics} == {"1"}


def test_nobody_but_the_producer_writes_and_nobody_reads_what_is_restricted():
    rights = declared().rights
    assert {right.who for right in rights if right.do == "WRITE" and right.name == "intake"} == {"intake"}
    assert not [right for right in rights if right.do == "READ" and right.name.endswith(".restricted")]
    assert Right("referrals", "READ", "TOPIC", "intake") in rights
    assert Right("referrals", "READ", "TOPIC", "scheduling") not in rights
    assert {right.name for right in rights if right.kind == "GROUP" and right.who == "intake"} == {"intake"}


def test_a_cluster_as_declared_needs_nothing():
    assert changes([INTAKE], {"intake": AS_DECLARED}).is_nothing


def test_only_what_differs_is_set():
    wrong = replace(AS_DECLARED, settings={**AS_DECLARED.settings, "retention.ms": "1000"})
    todo = changes([INTAKE], {"intake": wrong})
    assert todo.set == {"intake": {"retention.ms": "604800000"}}
    assert list(todo.lines({"intake": wrong})) == ["intake: retention.ms 1000 → 604800000"]


def test_partitions_are_added_and_never_taken_away():
    assert changes([INTAKE], {"intake": replace(AS_DECLARED, partitions=1)}).widen == (INTAKE,)
    todo = changes([INTAKE], {"intake": replace(AS_DECLARED, partitions=16)})
    assert todo.is_nothing and "cannot be lowered" in todo.told[0]


def test_a_topic_with_too_few_copies_stays_writable_and_the_operator_is_told():
    one = Found(12, 1, {**INTAKE.settings, "min.insync.replicas": "1"})
    todo = changes([INTAKE], {"intake": one})
    assert todo.is_nothing and "kafka-reassign-partitions.sh" in todo.told[0]
