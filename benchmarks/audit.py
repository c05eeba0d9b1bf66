"""Time and memory of the audit for many messages, without Kafka: records of invented accounts, read and judged once.

    python -m benchmarks.audit --messages 1000000

One account's story is told by `tactful simulate`; every other account has the same under its own id. Each has a
profile, a miss, three reminders with a receipt, their decisions, a cycle and a hand-off.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from agents.audit.evidence import FoundRecord
from agents.audit.reading import AuditReader
from agents.audit.spool import Spool
from agents.audit.standards.standard import AuditPlaces, Standard
from schemas.reading import ROLE_OF
from streams import roles

ROOT = Path(__file__).parents[1]
ACCOUNT = "ACC000000000"
FACTS = (
    {
        "type": "profile.updated", "event_id": "p", "account_id": ACCOUNT, "time": "2026-03-01T08:00:00+08:00",
        "surname": "王", "salutation": "ms", "phone": "+8613800138000", "language": "zh-Hans", "zone": "Asia/Shanghai",
        "as_of": "2026-03-01T08:00:00+08:00",
    },
    {
        "type": "repayment.missed", "event_id": "m", "account_id": ACCOUNT, "time": "2026-03-06T02:00:00+08:00",
        "loan_id": "L-7", "instalment_id": "03", "due_date": "2026-03-05", "amount_due_minor": 123450,
        "outstanding_minor": 123450, "currency": "CNY", "as_of": "2026-03-06T00:00:00+08:00",
    },
)  # fmt: skip
APPROVALS = ROOT / "examples" / "approvals.toml"


def story() -> list[tuple[str, int, bytes]]:
    """Role, time in epoch milliseconds and body of each record of the account."""
    with tempfile.TemporaryDirectory() as folder:
        facts, output = Path(folder) / "facts.jsonl", Path(folder) / "output.jsonl"
        facts.write_text("".join(json.dumps(fact) + "\n" for fact in FACTS), encoding="utf-8")
        command = [sys.executable, "-c", "from agents.cli import main; main()", "simulate", "--facts", str(facts)]
        command += ["--until", "2026-04-20", "--approvals", str(APPROVALS), "--output", str(output)]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    records = [(ROLE_OF[str(fact["type"])], 0, json.dumps(fact).encode()) for fact in FACTS]
    for line in lines:
        body = line["body"]
        records.append((line["topic"], 0, json.dumps(body, ensure_ascii=False).encode()))
        if "text" in body:
            at = body["issued_at"]
            receipt = {
                "type": "reminder.receipt", "event_id": f"r-{body['reminder_id']}", "account_id": ACCOUNT, "time": at,
                "reminder_id": body["reminder_id"], "status": "delivered", "at": at,
            }  # fmt: skip
            records.append((roles.REMINDER_RECEIPTS, 0, json.dumps(receipt).encode()))
    return records


def records_of(template: list[tuple[str, int, bytes]], accounts: int) -> Iterator[FoundRecord]:
    """The story of so many accounts, one after the other."""
    offset = 0
    for number in range(accounts):
        account = f"ACC{number:09d}".encode()
        for role, time_ms, body in template:
            offset += 1
            yield FoundRecord(role, 0, offset, time_ms, account, body.replace(ACCOUNT.encode(), account))


def main() -> None:
    """Measure once and print a line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=1_000_000)
    wanted = arguments.parse_args()
    template = story()
    each = sum(b'"text":' in body for _, _, body in template)
    accounts = -(-wanted.messages // each)
    standard = Standard(AuditPlaces(packs=ROOT / "examples" / "packs", approvals=APPROVALS))
    begun = time.monotonic()
    with Spool() as spool:
        reader = AuditReader(standard, 65_536, spool)
        for record in records_of(template, accounts):
            reader.take(record)
        read = time.monotonic()
        tally = reader.judge(None, {})
    took = time.monotonic() - begun
    mine = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{tally.judged['messages']:,} messages of {accounts:,} accounts, {spool.records:,} records")
    print(f"{took:,.0f} s, of these {read - begun:,.0f} s reading; {sum(tally.found.values())} findings")
    print(f"memory at most {mine.ru_maxrss / 1024:,.0f} MB; {mine.ru_utime + mine.ru_stime:,.0f} s of processor time")


if __name__ == "__main__":
    main()
