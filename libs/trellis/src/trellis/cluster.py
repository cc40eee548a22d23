"""`trellis topics apply`: reads what a cluster has and carries out what topics.toml asks for.

Through librdkafka's admin client, for this command alone: aiokafka's knows no rights, and sets a topic's settings
only whole.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from trellis.problems import Trouble
from trellis.topics import Changes, Declared, Found, Right, Topic, changes, declared

PATIENCE = 60.0
ANYBODY = "No right was given: this cluster has no authorizer and lets anybody do anything."
CLIENT = {
    "bootstrap.servers": "KAFKA_BOOTSTRAP_SERVERS",
    "security.protocol": "KAFKA_SECURITY_PROTOCOL",
    "ssl.ca.location": "KAFKA_CA_FILE",
    "sasl.mechanism": "KAFKA_SASL_MECHANISM",
    "sasl.username": "KAFKA_SASL_USERNAME",
    "sasl.password": "KAFKA_SASL_PASSWORD",
}


class NoAuthorizer(Trouble):
    """The cluster keeps no rights; it says so to whoever gives one."""


def connect(environ: Mapping[str, str], bootstrap_servers: str = "") -> AdminClient:
    """As the operator that the environment names."""
    given = {"KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers} if bootstrap_servers else {}
    options = client_options({**environ, **given})
    if "bootstrap.servers" not in options:
        raise Trouble("Which cluster? Say --bootstrap host:port, or set KAFKA_BOOTSTRAP_SERVERS.")
    return AdminClient({**options, "client.id": "trellis-topics", "log_level": 0, "socket.timeout.ms": 10_000})


def client_options(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment names that the services read, as librdkafka calls them."""
    has_password = environ.get("KAFKA_SECURITY_PROTOCOL", "").startswith("SASL")
    return {
        name: environ[env]
        for name, env in CLIENT.items()
        if environ.get(env) and (has_password or not name.startswith("sasl"))
    }


def apply(admin: AdminClient, replication: int | None, say: Callable[[str], None]) -> bool:
    """Make the cluster what topics.toml declares; a line per change. False when something is left to the operator."""
    wanted = declared(replication)
    found = topics_of(admin, wanted)
    todo = changes(wanted.topics, found)
    carry_out(admin, todo)
    lines = list(todo.lines(found))
    try:
        lines += apply_rights(admin, wanted)
    except NoAuthorizer:
        say(ANYBODY)
    for line in [*lines, *todo.told]:
        say(line)
    until(lambda: changes(wanted.topics, topics_of(admin, wanted)).is_nothing, "topics")
    say(f"{len(wanted.topics)} topics, {len(wanted.rights)} rights declared; {len(lines)} changes made.")
    return not todo.told


def until(is_so: Callable[[], bool], what: str) -> None:
    """What a broker acknowledged takes effect a moment later: wait, so that who comes next finds it."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise Trouble(
                f"The cluster took the {what} but does not show them after {PATIENCE:.0f} s: look at its logs."
            )
        time.sleep(0.2)


def topics_of(admin: AdminClient, wanted: Declared) -> dict[str, Found]:
    there = asked(lambda: admin.list_topics(timeout=PATIENCE)).topics
    names = [topic.name for topic in wanted.topics if topic.name in there]
    settings = settings_of(admin, names)
    return {
        name: Found(
            len(there[name].partitions),
            min(len(partition.replicas) for partition in there[name].partitions.values()),
            settings[name],
        )
        for name in names
    }


def settings_of(admin: AdminClient, names: Iterable[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    answers = all_of(admin.describe_configs(resources))
    return {resource.name: {key: entry.value for key, entry in found.items()} for resource, found in answers}


def carry_out(admin: AdminClient, todo: Changes) -> None:
    if todo.create:
        all_of(admin.create_topics([new_topic(topic) for topic in todo.create]))
    if todo.widen:
        all_of(admin.create_partitions([NewPartitions(topic.name, topic.partitions) for topic in todo.widen]))
    if todo.set:
        all_of(admin.incremental_alter_configs([setting(name, values) for name, values in todo.set.items()]))


def new_topic(topic: Topic) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, topic.replication, config=dict(topic.settings))


def setting(name: str, values: Mapping[str, str]) -> ConfigResource:
    entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in values.items()]
    return ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)


def apply_rights(admin: AdminClient, wanted: Declared) -> list[str]:
    """Give what is declared, take from our services what is not. What others were given, and what is denied, stays."""
    held = rights_of(admin, wanted.services)
    given, taken = sorted(wanted.rights - held.keys()), sorted(held.keys() - wanted.rights)
    if given:
        all_of(admin.create_acls([binding(right) for right in given]))
    if taken:
        all_of(admin.delete_acls([exactly(held[right]) for right in taken]))
    until(lambda: rights_of(admin, wanted.services).keys() == wanted.rights, "rights")
    return [*(f"{right}: given" for right in given), *(f"{right}: taken away" for right in taken)]


def rights_of(admin: AdminClient, services: frozenset[str]) -> dict[Right, AclBinding]:
    """What our services are allowed."""
    every = AclBindingFilter(
        ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ALLOW
    )
    found = asked(admin.describe_acls(every, request_timeout=PATIENCE).result)
    return {right_of(each): each for each in found if each.principal.removeprefix("User:") in services}


def right_of(found: AclBinding) -> Right:
    """A right as declared; one with another pattern or from one host alone is called otherwise, so that it goes."""
    is_plain = found.resource_pattern_type is ResourcePatternType.LITERAL and found.host == "*"
    name = found.name if is_plain else f"{found.name} ({found.resource_pattern_type.name.lower()}, {found.host})"
    return Right(found.principal.removeprefix("User:"), found.operation.name, found.restype.name, name)


def binding(right: Right) -> AclBinding:
    return AclBinding(
        ResourceType[right.kind],
        right.name,
        ResourcePatternType.LITERAL,
        f"User:{right.who}",
        "*",
        AclOperation[right.do],
        AclPermissionType.ALLOW,
    )


def exactly(found: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        found.restype,
        found.name,
        found.resource_pattern_type,
        found.principal,
        found.host,
        found.operation,
        found.permission_type,
    )


def all_of(futures: Mapping[Any, Future[Any]]) -> list[tuple[Any, Any]]:
    """Each thing asked for with its answer; the first refusal is said in one line."""
    return [(what, asked(partial(future.result, PATIENCE))) for what, future in futures.items()]


def asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except KafkaException as problem:
        kind = NoAuthorizer if problem.args[0].code() == KafkaError.SECURITY_DISABLED else Trouble
        raise kind(sentence(problem)) from None


def sentence(problem: KafkaException) -> str:
    error = problem.args[0]
    if error.code() in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT):
        return f"The cluster does not answer: look at its address, at TLS and at the password. ({error.str()})"
    return f"The cluster refuses: {error.str()} ({error.name()})"
