"""The rights as commands of Kafka's own `kafka-acls.sh`, one a line."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from streams.settings import Settings
from streams.topics.rights import Grant, Kind, Principal, grants

OPTIONS: Final[Mapping[Kind, str]] = {
    "topic": "--topic",
    "group": "--group",
    "transactional id": "--transactional-id",
    "cluster": "--cluster",
}


def acl_commands(
    settings: Settings, names: Mapping[Principal, str], admin_properties: str, bank_topics: Sequence[str] = ()
) -> Iterator[str]:
    """For a shell. `names` are without `User:`; `admin_properties` is the file that lets Kafka's tool in."""
    servers = ",".join(settings.bootstrap_servers)
    call = ["kafka-acls.sh", "--bootstrap-server", servers, "--command-config", admin_properties, "--add"]
    for principal, name in names.items():
        for grant in grants(settings, principal, bank_topics):
            yield shlex.join([*call, "--allow-principal", f"User:{name}", *_arguments(grant)])


def _arguments(grant: Grant) -> Iterator[str]:
    for operation in grant.operations:
        yield from ("--operation", operation)
    for name in grant.names:
        yield OPTIONS[grant.kind]
        if grant.kind != "cluster":
            yield name
    if grant.prefixed:
        yield from ("--resource-pattern-type", "prefixed")
