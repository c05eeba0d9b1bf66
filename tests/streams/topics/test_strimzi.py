"""What Strimzi is given: the topics of the plan, the rights of the plan, and only fields that Strimzi knows."""

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from streams.settings import Settings
from streams.topics import strimzi
from streams.topics.rights import THE_CLUSTER, Kind, Principal, Right, rights
from streams.topics.topology import plan

SETTINGS = Settings(_env_file=None, topic_prefix="Lab_1.", replication_factor=3)
NAMES = {principal: f"tactful-{principal}" for principal in Principal}
KINDS: dict[str, Kind] = {
    "topic": "topic",
    "group": "group",
    "transactionalId": "transactional id",
    "cluster": "cluster",
}


def closed(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


# The fields we use, as the custom resource definitions of Strimzi (version v1) have them, and no others.
TEXT = {"type": "string"}
METADATA = closed(
    "name",
    "labels",
    name={"type": "string", "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "maxLength": 253},
    labels=closed("strimzi.io/cluster", **{"strimzi.io/cluster": TEXT}),
)
OPERATIONS = ["Read", "Write", "Create", "Delete", "Alter", "Describe", "ClusterAction", "AlterConfigs"]
OPERATIONS += ["DescribeConfigs", "IdempotentWrite", "All"]
RULE = closed(
    "resource",
    "operations",
    resource=closed("type", type={"enum": list(KINDS)}, name=TEXT, patternType={"enum": ["literal", "prefix"]}),
    operations={"type": "array", "items": {"enum": OPERATIONS}},
)
TOPIC = closed(
    topicName=TEXT,
    partitions={"type": "integer", "minimum": 1},
    replicas={"type": "integer", "minimum": 1, "maximum": 32767},
    config={"type": "object"},
)
USER = closed(
    authentication=closed("type", type={"enum": ["tls", "tls-external", "scram-sha-512"]}),
    authorization=closed("type", "acls", type={"const": "simple"}, acls={"type": "array", "items": RULE}),
)
SPECS = {"KafkaTopic": TOPIC, "KafkaUser": USER}


def documents(settings: Settings = SETTINGS) -> list[dict[str, Any]]:
    made = strimzi.resources(settings, NAMES, "bus", "scram-sha-512")
    return list(yaml.safe_load_all(strimzi.to_yaml(made)))


def test_the_text_is_yaml_of_the_resources() -> None:
    assert documents() == list(strimzi.resources(SETTINGS, NAMES, "bus", "scram-sha-512"))


def test_only_fields_that_strimzi_knows() -> None:
    for document in documents():
        spec = SPECS[document["kind"]]
        whole = closed("apiVersion", "kind", apiVersion={"const": strimzi.API}, kind=TEXT, metadata=METADATA, spec=spec)
        Draft202012Validator(whole).validate(document)


def test_the_topics_are_those_of_the_plan() -> None:
    made = [document["spec"] for document in documents() if document["kind"] == "KafkaTopic"]
    assert made == [
        {"topicName": spec.name, "partitions": spec.partitions, "replicas": 3, "config": spec.configs()}
        for spec in plan(SETTINGS)
    ]


def test_the_clusters_own_replication_factor_is_left_to_it() -> None:
    made = documents(Settings(_env_file=None))
    assert all("replicas" not in document["spec"] for document in made)


def test_the_rights_are_those_of_the_plan() -> None:
    users = {document["metadata"]["name"]: document["spec"] for document in documents() if "User" in document["kind"]}
    assert list(users) == list(NAMES.values())
    for principal, name in NAMES.items():
        given = [
            Right(
                KINDS[rule["resource"]["type"]],
                rule["resource"].get("name", THE_CLUSTER),
                operation,
                rule["resource"].get("patternType") == "prefix",
            )
            for rule in users[name]["authorization"]["acls"]
            for operation in rule["operations"]
        ]
        assert sorted(given) == sorted(rights(SETTINGS, principal))


def test_golden_text() -> None:
    _, text = strimzi.to_yaml(strimzi.resources(SETTINGS, {Principal.source: "core-banking"}, "bus", "tls")).rsplit(
        "---\n", 1
    )
    assert text.splitlines()[:18] == [
        "apiVersion: kafka.strimzi.io/v1",
        "kind: KafkaUser",
        "metadata:",
        "  name: core-banking",
        "  labels:",
        "    strimzi.io/cluster: bus",
        "spec:",
        "  authentication:",
        "    type: tls",
        "  authorization:",
        "    type: simple",
        "    acls:",
        "      - resource:",
        "          type: topic",
        '          name: "Lab_1.repayment-missed"',
        "          patternType: literal",
        "        operations:",
        "          - Write",
    ]


@pytest.mark.parametrize("word", ["yes", "No", "null", "1.5", "-1", "a: b", "", "on"])
def test_no_word_is_taken_for_something_else(word: str) -> None:
    assert yaml.safe_load(strimzi.to_yaml(iter([{"key": word}]))) == {"key": word}


def test_a_user_name_that_kubernetes_would_refuse_is_told() -> None:
    with pytest.raises(ValueError, match="'CN=worker' cannot be the name of a KafkaUser"):
        list(strimzi.resources(SETTINGS, {Principal.worker: "CN=worker"}, "bus", "tls"))


def test_two_topics_that_would_become_one_resource_are_told() -> None:
    settings = Settings(_env_file=None, topics="reminders=out_1,case-updated=OUT-1")
    with pytest.raises(ValueError, match="two topics"):
        list(strimzi.resources(settings, {}, "bus", "tls"))
