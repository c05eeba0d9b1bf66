"""The shipped personal policy, tight enough for a small portfolio, and a portfolio that meets all that it holds."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.offline.fact_files import read_lines
from agents.offline.generator import generate
from agents.offline.generator.telling import line_of, midnight, written
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from tests.kafka.exactly_once.data_run import NAMESPACE, DataRun
from tests.places import ANY_SENDER, ROOT, at

ZONE = "Asia/Shanghai"
TICK_S = 10
PARTITIONS = 4
INTERVAL_S = 4
"""One message a second over four partitions."""
REPLAY_S = 9

_ACCOUNTS, _DAYS, _SEED = 400, 45, 11
# Half of it lies before the experiment's first day.
_START = date(2026, 11, 12)
_SHIPPED = ROOT / "examples" / "policies" / "cn-personal.toml"
_CHANGES = (
    ("messages_per_second = 500", "messages_per_second = 1"),
    ("spread_minutes = 30", "spread_minutes = 1"),
    ("on_time_streak_min = 6", "on_time_streak_min = 1"),
    # In six weeks few are late twice.
    ("late_episodes_min = 1, ", ""),
    ("overdue_to_minor = { CNY = 50_00 }", "overdue_to_minor = { CNY = 300_00 }"),
)
_PROMISES_OF, _CONTACTS_OF = 4, 5
"""Every so many accounts that miss."""


class FineRun(DataRun):
    """A run whose ticks are seconds apart."""

    def online_variables(self, servers: str, topics: str) -> dict[str, str]:
        """Long transactions whose data leaves early, so that a kill meets one that holds data."""
        slow = {
            "TACTFUL_TICK_PERIOD_S": str(TICK_S),
            "TACTFUL_TICK_OFFSET_S": "0",
            "TACTFUL_PARTITIONS": str(PARTITIONS),
            "TACTFUL_COMMIT_INTERVAL_MS": "800",
            "TACTFUL_BATCH_FLUSH_BYTES": "512",
            "TACTFUL_REPLAY_SPEED": str(_DAYS * 86_400 / REPLAY_S),
        }
        return self.variables(servers, topics, slow)

    @cached_property
    def offline(self) -> dict[str, dict[bytes, list[bytes]]]:
        """Topic role -> account -> its records in order, by the simulation on the same grid and partitions."""
        rulebook = load_rulebook(at(self.policy)._replace(approvals=ANY_SENDER), NAMESPACE)
        simulation = Simulation(rulebook, Grid(TICK_S, 0, ZONE), 65_536, PARTITIONS, TICK_S)
        found: dict[str, dict[bytes, list[bytes]]] = {role: defaultdict(list) for role in roles.OUTPUTS}
        for emitted in simulation.run(read_lines([str(self.facts)]), self.end_ms):
            found[emitted.role][emitted.key or b""].append(emitted.value)
        return found


def whole_run(folder: Path) -> FineRun:
    """The policy and the facts, in files of the folder."""
    text = _SHIPPED.read_text()
    for shipped, tight in _CHANGES:
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, tight)
    policy, facts = folder / "policy.toml", folder / "facts.jsonl"
    policy.write_text(text)
    facts.write_bytes(b"".join(_facts()))
    # One opening after the last fact, so that nothing is left of which only one of the two knows.
    end = midnight(_START + timedelta(days=_DAYS)) + timedelta(hours=10)
    return FineRun(facts, policy, ZONE, 0, to_ms(end))


def is_broken(body: dict[str, Any]) -> bool:
    """Whether the generator means it to be unusable."""
    return str(body.get("event_id", "")).endswith("-broken")


def _facts() -> Iterator[bytes]:
    """The generator's, with the lender's grades, and with what it tells nothing of: promises and others' contacts."""
    told = list(generate(seed=_SEED, accounts=_ACCOUNTS, days=_DAYS, start=_START))
    lines = [line.replace(b'"risk_segment":"high"', b'"risk_segment":"R4"') for line in told]
    lines += _added(json.loads(line) for line in told)
    return iter(sorted(lines, key=lambda line: datetime.fromisoformat(json.loads(line)["time"])))


def _added(bodies: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """On the morning of an account's first miss."""
    missed: dict[str, dict[str, Any]] = {}
    for body in bodies:
        if body["type"] == "repayment.missed" and not is_broken(body):
            missed.setdefault(body["account_id"], body)
    for number, (account_id, miss) in enumerate(sorted(missed.items())):
        said = datetime.fromisoformat(miss["time"])
        if number % _PROMISES_OF == 0:
            yield _fact(
                "promise.made",
                account_id,
                said + timedelta(minutes=5),
                promise_id="P1",
                amount_minor=miss["outstanding_minor"] or 1,
                currency="CNY",
                pay_by=(said + timedelta(days=1)).date().isoformat(),
            )
        elif number % _CONTACTS_OF == 0:
            for minute in range(1, 4):
                made = said + timedelta(minutes=minute)
                about = {"channel": "sms", "conversation": False, "made_at": written(made)}
                yield _fact("contact.made", account_id, made, contact_id=f"C{minute}", **about)


def _fact(kind: str, account_id: str, told: datetime, **fields: Any) -> bytes:
    event_id = f"{account_id}-{kind}-{written(told)}"
    return line_of({"type": kind, "event_id": event_id, "account_id": account_id, "time": written(told), **fields})
