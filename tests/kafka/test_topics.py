"""`trellis topics apply` on a node that asks for TLS and a password: what it makes, what it mends, who is let in."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError
from confluent_kafka import Consumer
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourcePatternType,
    ResourceType,
)
from shared import topics
from shared.kafka import kafka_options
from trellis import kraft
from trellis.cluster import client_options, settings_of

sys.path.insert(0, str(Path(__file__).parent))
from secured import OPERATOR, Secured, certificate, secured_node

pytestmark = pytest.mark.kafka
WEEK = "604800000"


@pytest.fixture(scope="module")
def node(kafka, tmp_path_factory):
    folder, word = tmp_path_factory.mktemp("kafka"), secrets.token_urlsafe(12)
    shown, trusted = certificate(folder)
    made, address = secured_node(folder, shown)
    scram = f"SCRAM-SHA-512=[name={OPERATOR},password={word}]"
    with kraft.cluster(kafka, [made], "--add-scram", scram):
        yield Secured(address, trusted, {OPERATOR: word})


def applied(node, *arguments):
    """What the command says, line by line, and its exit code."""
    told = {**os.environ, **node.environment(OPERATOR)}
    command = [str(Path(sys.executable).with_name("trellis")), "topics", "apply", "--replication", "1", *arguments]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    return done.stdout.splitlines(), done.returncode


@pytest.fixture(scope="module")
def first(node):
    """The first run on an empty cluster; then each service has its password."""
    lines, code = applied(node)
    node.enrol("intake", "referrals")
    assert code == 0, lines
    return lines


def counted(first, changes):
    """The last line of a later run: what is declared is what the first run gave, topic by topic and right by right."""
    rights = sum(line.endswith(": given") for line in first)
    assert rights > 40 and len([line for line in first if ": created, " in line]) == 14
    return f"14 topics, {rights} rights declared; {changes} changes made."


def test_a_second_run_changes_nothing(node, first):
    assert "intake.restricted: created, 12 partitions, replication 1" in first
    assert "referrals: READ topic intake: given" in first
    assert not any("restricted" in line and "READ" in line for line in first)
    assert applied(node) == ([counted(first, 0)], 0)


def test_a_wrong_retention_is_mended_and_nothing_else_is_touched(node, first):
    admin = node.admin()
    wrong = {"retention.ms": "1000", "flush.messages": "7"}
    entries = [ConfigEntry(k, v, incremental_operation=AlterConfigOpType.SET) for k, v in wrong.items()]
    for done in admin.incremental_alter_configs(
        [ConfigResource(ResourceType.TOPIC, "intake", incremental_configs=entries)]
    ).values():
        done.result(30)
    lines, code = applied(node)
    assert lines == [f"intake: retention.ms 1000 → {WEEK}", counted(first, 1)]
    now = settings_of(admin, ["intake"])["intake"]
    assert code == 0 and now["retention.ms"] == WEEK and now["flush.messages"] == "7"


def test_a_right_that_is_not_declared_is_taken_away(node, first):
    admin, allow = node.admin(), AclPermissionType.ALLOW
    place = (ResourceType.TOPIC, "clinical", ResourcePatternType.PREFIXED, "User:gateway", "*")
    stranger = (ResourceType.TOPIC, "clinical-records", ResourcePatternType.LITERAL, "User:archive", "*")
    extra = [AclBinding(*where, AclOperation.READ, allow) for where in (place, stranger)]
    for done in admin.create_acls(extra).values():
        done.result(30)
    lines, _ = applied(node)
    assert lines[0] == "gateway: READ topic clinical (prefixed, *): taken away"
    assert applied(node)[0] == [counted(first, 0)]


async def sent(settings, topic):
    producer = AIOKafkaProducer(**kafka_options(settings), acks="all", request_timeout_ms=10_000)
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"{}", partition=0)
    finally:
        await producer.stop()


def received(node, who, topic):
    """The first thing that a service gets of a topic: a value, or why it gets none."""
    told = client_options(node.environment(who))
    consumer = Consumer({**told, "group.id": who, "auto.offset.reset": "earliest", "log_level": 0})
    consumer.subscribe([topic])
    try:
        for _ in range(60):
            if message := consumer.poll(1):
                return message.error().name() if message.error() else message.value()
    finally:
        consumer.close()


async def test_a_service_does_what_it_has_a_right_to(node, first):
    await topics.create(names=["intake", "intake.restricted"], **kafka_options(node.settings("intake")))
    await sent(node.settings("intake"), "intake")
    await sent(node.settings("intake"), "intake.restricted")
    assert received(node, "referrals", "intake") == b"{}"


@pytest.mark.parametrize("topic", ["intake", "clinical-records", "clinical-records.restricted"])
async def test_a_service_writes_to_no_topic_of_another(node, first, topic):
    with pytest.raises(TopicAuthorizationFailedError):
        await sent(node.settings("referrals"), topic)


@pytest.mark.parametrize("topic", ["intake.restricted", "scheduling"])
async def test_a_service_does_not_read_what_it_does_not_listen_to(node, first, topic):
    assert received(node, "referrals", topic) == "TOPIC_AUTHORIZATION_FAILED"


async def test_a_service_reads_in_no_group_but_its_own(node, first):
    options = {**kafka_options(node.settings("referrals")), "group_id": "intake"}
    consumer = AIOKafkaConsumer("intake", **options)
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.start()
    finally:
        await consumer.stop()


@pytest.mark.parametrize("change", [{"KAFKA_SASL_PASSWORD": "wrong"}, {"KAFKA_CA_FILE": ""}])
async def test_a_wrong_password_and_an_unknown_certificate_open_nothing(node, first, change):
    with pytest.raises(KafkaError):
        await sent(node.settings("intake", **change), "intake")


def test_partitions_are_never_lowered_and_the_operator_is_told(node, first):
    admin = node.admin()
    for done in admin.create_partitions([NewPartitions("workforce.restricted", 13)]).values():
        done.result(30)
    lines, code = applied(node)
    assert lines[0] == "workforce.restricted has 13 partitions, 12 are declared: they cannot be lowered." and code == 1
    assert lines[-1].endswith("0 changes made.")
