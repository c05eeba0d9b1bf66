"""Who may do what: no more than is needed, and the same in every form in which it is written."""

import shlex

import pytest

from streams import roles
from streams.settings import Settings
from streams.topics.acl_commands import acl_commands
from streams.topics.rights import Principal, Right, grants, rights
from streams.topics.topology import plan
from tests.kafka.guarded import Granted, read_command

SETTINGS = Settings(_env_file=None, namespace="bank", topic_prefix="lab.")
NAMES = {principal: f"bank-{principal}" for principal in Principal}
PERSONAL = {spec.name for spec in plan(SETTINGS) if spec.personal_data}


def on_topics(principal: Principal, operation: str) -> set[str]:
    return {
        right.name for right in rights(SETTINGS, principal) if (right.kind, right.operation) == ("topic", operation)
    }


def physical(*wanted: str) -> set[str]:
    return {SETTINGS.topics[role] for role in wanted}


def test_only_who_delivers_repairs_or_verifies_reads_personal_data() -> None:
    readers = {principal for principal in Principal if on_topics(principal, "Read") & PERSONAL}
    assert readers == set(Principal) - {Principal.source, Principal.intake}
    assert on_topics(Principal.gateway, "Read") & PERSONAL == physical(roles.REMINDERS, roles.BORROWER_REPLIES)
    assert on_topics(Principal.watcher, "Read") & PERSONAL == physical(roles.REMINDERS)
    assert on_topics(Principal.operator, "Read") & PERSONAL == physical(
        roles.PROFILE_UPDATED, roles.REMINDER_DEAD_LETTERS, roles.ACCOUNTS_CHANGELOG
    )


def test_reminders_are_written_by_workers_alone() -> None:
    for role in (roles.REMINDERS, roles.REMINDER_DECISIONS, roles.ACCOUNTS_CHANGELOG):
        assert {who for who in Principal if physical(role) <= on_topics(who, "Write")} == {Principal.worker}


def test_only_the_admin_makes_topics_and_of_all_of_them() -> None:
    assert {who for who in Principal if on_topics(who, "Create")} == {Principal.admin}
    assert on_topics(Principal.admin, "Create") == {spec.name for spec in plan(SETTINGS)}


@pytest.mark.parametrize("principal", Principal)
def test_no_right_is_given_twice(principal: Principal) -> None:
    assert len(set(rights(SETTINGS, principal))) == len(rights(SETTINGS, principal))


def test_a_prefix_covers_the_workers_of_one_installation_only() -> None:
    (prefix,) = (right.name for right in rights(SETTINGS, Principal.worker) if right.prefixed)
    other = Settings(_env_file=None, namespace="bank-2")
    assert prefix == "bank-reminders-"
    assert not f"{other.namespace}-{other.subtopology}-0".startswith(prefix)


def test_the_commands_say_exactly_the_rights() -> None:
    lines = list(acl_commands(SETTINGS, NAMES, "admin.properties"))
    said = [granted for line in lines for granted in read_command(line)]
    assert len(said) == len(set(said))
    assert set(said) == {Granted(NAMES[who], right) for who in Principal for right in rights(SETTINGS, who)}
    assert len(lines) == sum(len(grants(SETTINGS, who)) for who in Principal)


def test_the_intake_reads_the_banks_topics_and_no_others() -> None:
    assert not on_topics(Principal.intake, "Read")
    with_topics = rights(SETTINGS, Principal.intake, ("core.loans", "core.cards"))
    assert set(with_topics) - set(rights(SETTINGS, Principal.intake)) == {
        Right("topic", "core.loans", "Read"),
        Right("topic", "core.cards", "Read"),
    }
    (first, *_) = acl_commands(SETTINGS, {Principal.intake: "in"}, "admin.properties", ("core.loans", "core.cards"))
    assert first.endswith("--allow-principal User:in --operation Read --topic core.loans --topic core.cards")


def test_a_command_is_safe_in_a_shell() -> None:
    name = "CN=worker,O=Lender's & sons"
    for line in acl_commands(SETTINGS, {Principal.worker: name}, "my admin.properties"):
        words = shlex.split(line)
        assert f"User:{name}" in words
        assert "my admin.properties" in words


def test_golden_commands() -> None:
    call = "kafka-acls.sh --bootstrap-server 127.0.0.1:9092 --command-config admin.properties --add"
    assert list(acl_commands(SETTINGS, {Principal.gateway: "sms"}, "admin.properties")) == [
        f"{call} --allow-principal User:sms --operation Read --topic lab.reminders",
        f"{call} --allow-principal User:sms --operation Write --topic lab.reminder-receipts",
        f"{call} --allow-principal User:sms --operation Read --operation Write --topic lab.bank-delivery-journal "
        "--topic lab.borrower-replies",
        f"{call} --allow-principal User:sms --operation Read --group bank-delivery",
        f"{call} --allow-principal User:sms --operation Write --transactional-id bank-delivery",
    ]
    *_, prefixed, cluster = acl_commands(SETTINGS, {Principal.worker: "w"}, "admin.properties")
    assert prefixed == (
        f"{call} --allow-principal User:w --operation Write --transactional-id bank-reminders- "
        "--resource-pattern-type prefixed"
    )
    assert cluster == f"{call} --allow-principal User:w --operation DescribeConfigs --cluster"


def test_a_right_reads_as_a_person_says_it() -> None:
    assert str(Right("topic", "reminders", "Write")) == "Write on topic reminders"
    assert str(Right("transactional id", "a-", "Write", prefixed=True)) == "Write on transactional id a-…"
    assert str(Right("cluster", "kafka-cluster", "DescribeConfigs")) == "DescribeConfigs on the cluster"
