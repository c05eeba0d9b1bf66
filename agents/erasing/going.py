"""When what is left of an erased person is gone, by the settings that their topics really have. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from schemas.values.instants import DAY_MS, to_utc
from streams import roles
from streams.topics.topology import TopicSpec

CONFIGS: Final = ("cleanup.policy", "retention.ms", "segment.ms", "max.compaction.lag.ms")
_NEVER_MS: Final = 100 * 365 * DAY_MS
"""Kafka's word for no limit is a number of years."""
_DONE: Final[Mapping[str, str]] = {
    roles.PROFILE_UPDATED: "a tombstone; compaction takes the profiles before it",
    roles.BORROWER_REPLIES: "what the person wrote goes with its retention",
    roles.REMINDERS: "messages go with their retention",
    roles.REMINDER_DEAD_LETTERS: "what could not be read goes with its retention",
    roles.ACCOUNTS_CHANGELOG: "the row has neither name nor number any more; compaction takes the rows before it",
    roles.NUMBERS: "no number, only its keyed hash; the account is no carrier any more",
}


_FACTS: Final = "facts name nobody; what a source put in by mistake goes with the retention"


class Going(NamedTuple):
    """One topic that holds or held something of the person."""

    topic: str
    what: str
    gone_by: datetime | None
    """The latest instant, UTC; None where the topic's settings name none."""
    unless: str = ""
    """Why there is no instant, or what it depends on."""


def going(
    specs: Sequence[TopicSpec], configs: Mapping[str, Mapping[str, str]], counts: Mapping[str, int], now_ms: int
) -> Iterator[Going]:
    """Each topic that the cluster has with personal data, and the inputs, into which a source may have put some by
    mistake. ``configs`` are those that may be read.
    """
    for spec in specs:
        if spec.name in counts and is_concerned(spec):
            yield _of(spec, configs.get(spec.name), now_ms)


def is_concerned(spec: TopicSpec) -> bool:
    """Whether something of a person stands there, or may."""
    return spec.personal_data or spec.in_group


def _of(spec: TopicSpec, configs: Mapping[str, str] | None, now_ms: int) -> Going:
    what = _DONE.get(spec.role, _FACTS)
    if configs is None:
        return Going(spec.name, what, None, "its settings may not be read (needs the right to DescribeConfigs)")
    if "compact" in configs["cleanup.policy"]:
        lag_ms = int(configs["max.compaction.lag.ms"])
        if lag_ms > _NEVER_MS:
            return Going(spec.name, what, None, "the topic has no max.compaction.lag.ms: see `tactful topics check`")
        return Going(spec.name, what, to_utc(now_ms + lag_ms), "with the next record of its partition after that")
    kept_ms = int(configs["retention.ms"])
    if not 0 <= kept_ms <= _NEVER_MS:
        return Going(spec.name, what, None, "the topic keeps its records for ever")
    # A record goes with its segment, whose last record may be that much younger.
    return Going(spec.name, what, to_utc(now_ms + kept_ms + min(int(configs["segment.ms"]), _NEVER_MS)))
