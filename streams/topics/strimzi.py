"""The topics and the rights as resources of Strimzi (`kafka.strimzi.io/v1`), for `kubectl apply`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from streams.settings import Settings
from streams.topics.rights import Kind, Principal, Right, rights
from streams.topics.topology import TopicSpec, plan

Authentication = Literal["scram-sha-512", "tls", "tls-external"]

API: Final = "kafka.strimzi.io/v1"
_TYPES: Final[Mapping[Kind, str]] = {
    "topic": "topic",
    "group": "group",
    "transactional id": "transactionalId",
    "cluster": "cluster",
}
_RESOURCE_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
# Words that no reader of YAML takes for anything but text; everything else stands in quotes.
_PLAIN: Final = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9./-]*", re.IGNORECASE)


def resources(
    settings: Settings,
    names: Mapping[Principal, str],
    cluster: str,
    authentication: Authentication,
    bank_topics: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """Every topic, then a user for each of `names`. ValueError where Kubernetes would refuse or mix up a name."""
    topics = [_topic(settings, spec, cluster) for spec in plan(settings)]
    if len({topic["metadata"]["name"] for topic in topics}) < len(topics):
        raise ValueError(
            "two topics have names that are the same once only lower-case letters, digits and '-' are left"
        )
    yield from topics
    for principal, name in names.items():
        if not _RESOURCE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a KafkaUser: lower-case letters, digits, '-' and '.'")
        yield _resource("KafkaUser", name, cluster, _user(rights(settings, principal, bank_topics), authentication))


def _resource(kind: str, name: str, cluster: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"strimzi.io/cluster": cluster}}
    return {"apiVersion": API, "kind": kind, "metadata": metadata, "spec": spec}


def _topic(settings: Settings, spec: TopicSpec, cluster: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {"topicName": spec.name, "partitions": spec.partitions}
    if settings.replication_factor > 0:
        wanted["replicas"] = settings.replication_factor
    # Kubernetes allows fewer letters in a name than Kafka, so the topic's own stands beside it.
    name = re.sub(r"[^a-z0-9.]+", "-", spec.name.lower()).strip("-.")
    return _resource("KafkaTopic", name, cluster, {**wanted, "config": spec.configs()})


def _user(wanted: Iterable[Right], authentication: Authentication) -> dict[str, Any]:
    by_resource: dict[tuple[Kind, str, bool], list[str]] = {}
    for right in wanted:
        by_resource.setdefault((right.kind, right.name, right.prefixed), []).append(right.operation)
    acls = []
    for (kind, name, prefixed), operations in by_resource.items():
        resource = {"type": _TYPES[kind]}
        if kind != "cluster":
            resource |= {"name": name, "patternType": "prefix" if prefixed else "literal"}
        acls.append({"resource": resource, "operations": operations})
    return {"authentication": {"type": authentication}, "authorization": {"type": "simple", "acls": acls}}


def to_yaml(documents: Iterator[dict[str, Any]]) -> str:
    """Several documents of one stream."""
    return "\n".join("\n".join(("---", *_lines(document))) for document in documents)


def _lines(value: dict[str, Any]) -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield f"{_scalar(key)}:"
            yield from (f"  {line}" for line in _lines(inner))
        elif isinstance(inner, list):
            yield f"{_scalar(key)}:"
            for item in inner:
                lines = list(_lines(item)) if isinstance(item, dict) else [_scalar(item)]
                yield f"  - {lines[0]}"
                yield from (f"    {line}" for line in lines[1:])
        else:
            yield f"{_scalar(key)}: {_scalar(inner)}"


def _scalar(value: str | int) -> str:
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value)
