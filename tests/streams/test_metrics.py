"""The metrics: one list, honest names, no person in any label."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.metrics import METRICS, Metrics

FORBIDDEN_LABELS = {"account", "account_id", "key", "name", "phone", "loan", "loan_id", "recipient", "reminder_id"}


def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
    }


def test_names_say_their_unit_and_kind() -> None:
    assert len({spec.name for spec in METRICS}) == len(METRICS)
    for spec in METRICS:
        assert spec.name.startswith("tactful_")
        assert spec.name.endswith("_total") == (spec.kind == "counter")
        assert spec.name.endswith("_seconds") == (spec.unit == "seconds")
        assert bool(spec.buckets) == (spec.kind == "histogram")
        assert spec.meaning


def test_no_label_can_hold_a_person() -> None:
    assert not {label for spec in METRICS for label in spec.labels} & FORBIDDEN_LABELS


def test_every_metric_is_fed_by_a_method() -> None:
    metrics = Metrics()
    metrics.chunk(0, {"payment-received": 7, "case-updated": 1})
    metrics.chunk(1, {"payment-received": 3})
    metrics.tick(0, 5, 0.2)
    metrics.committed(0, 0.03, 8)
    metrics.barrier_closed("payment-received", 2, "BEHIND")
    metrics.clock_skew(-7.5)
    metrics.live(4)
    metrics.lag("payment-received", 2, 90)
    metrics.partition_closed(2, "payment-received", "LOST_OFFSET", closed=True)
    metrics.restored(2, 1000, 1.5)
    metrics.accounts(2, 17)
    metrics.next_tick(2, 1_767_225_600_000)
    metrics.message("reminder.issued", "friendly", 3)
    metrics.decision("DEFER", "LEDGER_STALE")
    metrics.dead_letter("payment-received", "NOT_JSON")
    metrics.raced()
    metrics.intake_fact("payment-received", "payment.booked")
    metrics.gate(2, 1_767_225_600_000, 3)
    metrics.intake_passed_over()
    metrics.reply_facts("STOP", 2)
    metrics.intake_complete(2, 1_767_225_600_000)
    metrics.failed("a broken invariant")
    found = samples(metrics)
    assert found["tactful_facts_total", (("topic", "payment-received"),)] == 10
    assert found["tactful_messages_total", (("stage", "friendly"), ("type", "reminder.issued"))] == 3
    assert found["tactful_decisions_total", (("outcome", "DEFER"), ("reason", "LEDGER_STALE"))] == 1
    assert found["tactful_dead_letters_total", (("reason", "NOT_JSON"), ("topic", "payment-received"))] == 1
    why = (("partition", "2"), ("reason", "BEHIND"), ("topic", "payment-received"))
    assert found["tactful_barrier_closed_total", why] == 1
    why = (("partition", "2"), ("reason", "LOST_OFFSET"), ("topic", "payment-received"))
    assert found["tactful_partition_closed", why] == 1
    assert found["tactful_clock_skew_seconds", ()] == -7.5
    assert found["tactful_lag_records", (("partition", "2"), ("topic", "payment-received"))] == 90
    assert found["tactful_tick_lateness_seconds_bucket", (("le", "0.25"),)] == 1
    assert found["tactful_commit_seconds_count", ()] == 1
    assert found["tactful_restore_seconds_sum", ()] == pytest.approx(1.5)
    assert found["tactful_restored_records_total", ()] == 1000
    assert found["tactful_accounts", (("partition", "2"),)] == 17
    assert found["tactful_due_accounts_total", ()] == 5
    assert found["tactful_next_tick_seconds", (("partition", "2"),)] == 1_767_225_600
    assert (found["tactful_live_partitions", ()], found["tactful_failed", ()]) == (4, 1)
    assert found["tactful_raced_total", ()] == 1
    assert found["tactful_intake_facts_total", (("topic", "payment-received"), ("type", "payment.booked"))] == 1
    assert found["tactful_complete_to_seconds", (("partition", "2"),)] == 1_767_225_600
    assert found["tactful_unread_open", (("partition", "2"),)] == 3
    assert found["tactful_intake_passed_over_total", ()] == 1
    assert found["tactful_intake_complete_seconds", (("partition", "2"),)] == 1_767_225_600
    fed = {name for name, _ in found}
    for spec in METRICS:
        assert spec.name in fed or f"{spec.name}_count" in fed


def test_the_promise_is_visible_before_it_is_ever_broken() -> None:
    metrics = Metrics()
    assert samples(metrics)["tactful_sent_with_payment_known_total", ()] == 0
    metrics.sent_with_payment_known()
    assert samples(metrics)["tactful_sent_with_payment_known_total", ()] == 1


@pytest.mark.parametrize("before", [1, 2])
def test_what_was_said_of_partitions_now_owned_by_another_is_forgotten(before: int) -> None:
    metrics = Metrics()
    metrics.live(before)
    metrics.lag("payment-received", 1, 90)
    metrics.accounts(1, 17)
    metrics.live(1)
    names = {name for name, _ in samples(metrics)}
    assert "tactful_lag_records" not in names
    assert "tactful_accounts" not in names
    metrics.lag("payment-received", 0, 3)
    assert samples(metrics)["tactful_lag_records", (("partition", "0"), ("topic", "payment-received"))] == 3


def test_two_workers_in_one_process_do_not_meet() -> None:
    first, second = Metrics(), Metrics()
    first.raced()
    assert samples(second)["tactful_raced_total", ()] == 0
