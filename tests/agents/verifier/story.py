"""A worker's agent that lives through a story, and the topics as they lie afterwards: true records for the verifier."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

from agents.controls.fold import CONTROLS
from agents.decisions import Rulebook
from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.versions import Versions
from agents.verifier.compare import VerifierReport, verify
from schemas.controls import AnyControl
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from streams.transport.controls.controls import ControlRecord
from streams.transport.events import InputRecord
from tests.agents.reminders.fake_worker import BOOK, KEY, NOW, PARTITION, Counter

Tamper = Callable[[list[LoggedRecord]], Iterable[LoggedRecord]]

LATER = NOW + timedelta(minutes=6)
"""When what waits for the gate is looked at again."""
BY: dict[str, Any] = {"by": "an.officer", "reason": "wrong text"}


class VerifierStory(Counter):
    """What the agent read and wrote, as records; controls are given to it as its worker would have read them."""

    def __init__(self, rulebook: Rulebook = BOOK, **settings: Any) -> None:
        super().__init__(rulebook, **settings)
        self.inputs: list[LoggedRecord] = []
        self.control_records: list[ControlRecord] = []
        self.controls = ControlState()

    def _fact(
        self, role: str, body: Any, now: datetime, before: Mapping[str, int], changes: dict[str, Any]
    ) -> InputRecord:
        fact = super()._fact(role, body, now, before, changes)
        self.inputs.append(
            LoggedRecord(role, PARTITION, fact.offset, fact.timestamp_ms, fact.key, fact.value, tuple(fact.headers))
        )
        return fact

    def says(self, control: AnyControl | bytes, at: datetime = NOW) -> None:
        """A person's word on the controls."""
        value = control if isinstance(control, bytes) else to_json(control)
        record = ControlRecord(len(self.control_records), None, value, (), to_ms(at))
        self.control_records.append(record)
        self.controls = CONTROLS.fold(self.controls, *record)

    def told(self, *records: tuple[str, Any], now: datetime = NOW, **changes: Any) -> None:
        """A chunk, while the controls stand as they do."""
        self.chunk(*records, now=now, controls=self.controls, **changes)

    def ticks(self, now: datetime = NOW) -> None:
        """The account is due."""
        self.tick(now, (KEY,), self.controls)

    @property
    def records(self) -> list[LoggedRecord]:
        """All topics but the controls."""
        written = [
            LoggedRecord(role, PARTITION, offset, to_ms(NOW), sent["key"], sent["value"], tuple(sent["headers"]))
            for role in roles.OUTPUTS
            for offset, sent in enumerate(self.left(role).sent)
        ]
        return [*self.inputs, *written]

    def verified(
        self, ticked: datetime = NOW, tamper: Tamper = iter, controls: Iterable[ControlRecord] | None = None
    ) -> VerifierReport:
        """The verdict on these records, or on what somebody has made of them."""
        return verify(
            tamper(self.records),
            self.control_records if controls is None else controls,
            self.settings,
            Versions(self.rulebook),
            {PARTITION: self.positions},
            {PARTITION: to_ms(ticked)},
        )


def without(role: str, **fields: Any) -> Tamper:
    """Takes away the records of an output whose body has these values."""

    def tamper(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
        left = [r for r in records if r.role != role or any(r.body().get(k) != v for k, v in fields.items())]
        assert len(left) < len(records)
        return left

    return tamper


def seeing(code: str, **evidence: Any) -> Tamper:
    """Has the decision with this code claim that it saw something else."""

    def tamper(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
        for record in records:
            body = record.body()
            meant = record.role == roles.REMINDER_DECISIONS and body["code"] == code
            other = {**body, "evidence": {**body["evidence"], **evidence}} if meant else None
            yield record if other is None else record._replace(value=to_json(other))

    return tamper
