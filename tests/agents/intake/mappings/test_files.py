"""A mapping file is checked as a whole: every fault has its place and its sentence, all at once."""

from pathlib import Path

import pytest

from agents.intake.mappings.files import MappingFault, load_mapping
from schemas.reading import MODELS
from tests.agents.intake.mappings.samples import PAYMENTS, loaded

EXAMPLES = Path(__file__).parents[4] / "examples" / "intake"


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(MappingFault) as refused:
        loaded(folder, text)
    assert f"{len(refused.value.faults)} fault" in str(refused.value)
    return refused.value.faults


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.toml")), ids=lambda path: path.name)
def test_the_examples_have_no_fault(path: Path) -> None:
    assert load_mapping(path).mapping.facts


def test_the_edition_is_of_the_bytes(tmp_path: Path) -> None:
    first, again = loaded(tmp_path), loaded(tmp_path)
    assert first.edition == again.edition
    assert loaded(tmp_path, PAYMENTS + "# changed\n").edition != first.edition


def test_faults_of_form_and_of_meaning_are_told_together(tmp_path: Path) -> None:
    text = """
id = "Payments!"
source = "bank"
otherwise = "guess"
[input]
topic = "bank.payments"
formt = "json"
[account]
path = "customer"
[[facts]]
type = "payment.bookd"
fields = {}
[[facts]]
type = "payment.booked"
when = [{ path = "value.kind" }]
fields = { payment_id = { text = "value.id", amount = "value.id" } }
[[facts]]
type = "payment.returned"
payload = "payload.x"
[facts.fields]
payment_id = { text = "each.id" }
booked_at = { date = "value.at" }
reson = { constant = "x" }
"""
    found = faults(tmp_path, text)
    for told in (
        "id: String should match pattern",
        "otherwise: Input should be 'dead-letter' or 'skip'",
        "input.formt: Extra inputs are not permitted",
        "account.path: String should match pattern",
        "facts.0.type: there is no fact 'payment.bookd'",
        "facts.1.when.0: a condition has exactly one of equals, in, present",
        "facts.1.fields.payment_id: a field has exactly one of constant, text,",
        "facts.2.payload: payload is not known here (known are headers, record, value)",
        "facts.2.fields.payment_id: each is not known here",
        "facts.2.fields.booked_at: must come from instant or constant",
        "facts.2.fields.reson: not a field to be mapped (fields are booked_at, booked_resolution, payment_id, reason,",
    ):
        assert any(fault.startswith(told) for fault in found), (told, found)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('currency = { text = "value.currency" }', "", "facts.0.fields.currency: is missing"),
        ('path = "value.customer"', 'path = "key"', "account.path: key is not known here"),
        ('path = "value.customer"', 'path = "each.no"', "facts.0: has no each, with which account.path begins"),
        ('amount = "value.amount", currency = "value.currency"', 'whole = "value.amount"', "only they, end in _minor"),
        ('currency = "value.currency" }\n', 'currency_code = "RMB" }\n', "amount_minor.amount.currency_code"),
        ('zone = "Asia/Shanghai"', 'zone = "Shanghai"', "not an IANA time zone name"),
        ('zone = "Asia/Shanghai"', 'format = "date"', "a date becomes an instant in a zone only"),
        ('topic = "bank.payments"', 'topic = "bank.payments"\nformat = "avro"', "avro: is missing"),
        ("[account]", '[avro]\nschemas = "."\n[account]', "avro: nothing is read as Avro"),
        ("settle_ms = 0", "settle_ms = -1", "progress.settle_ms"),
        ("mark_every_ms = 1000", "mark_every_ms = 999", "progress.mark_every_ms"),
        ("mark_every_ms = 1000", 'time = { instant = "payload.x" }', "progress.time: payload is not known here"),
        ('id = "payments"', 'id = "payments"\nskip = [{ when = [{path = "each.x", equals = 1}] }]', "skip.0.when"),
        ("[input]", "[input", "at line 5"),
        (PAYMENTS[PAYMENTS.index("[[facts]]") :], "", "facts"),
    ],
)
def test_one_fault_is_named(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in PAYMENTS
    found = faults(tmp_path, PAYMENTS.replace(before, after))
    assert len(found) == 1
    assert told in found[0]


def test_avro_needs_one_source_of_schemas_that_is_there(tmp_path: Path) -> None:
    text = PAYMENTS.replace("[account]", "{avro}\n[account]").replace("[progress]", 'format = "avro"\n[progress]', 1)
    for avro, told in (
        ("[avro]", "exactly one of schemas, registry"),
        ('[avro]\nschemas = "a"\nregistry = "http://b"', "exactly one of schemas, registry"),
        ('[avro]\nregistry = "http://b"\nframing = "single-object"', "a registry knows no fingerprints"),
        ('[avro]\nregistry = "http://user:secret@b"', "avro.registry: String should match pattern"),
        ('[avro]\nschemas = "nowhere"', "avro.schemas: there is no"),
        ('[avro]\nregistry = "http://b"\nlogin_file = "nowhere"', "avro.login_file: there is no"),
    ):
        found = faults(tmp_path, text.replace("{avro}", avro))
        assert len(found) == 1
        assert told in found[0]


def test_every_fact_can_be_mapped_from_constants_alone(tmp_path: Path) -> None:
    """Each required field of each fact is known to the check, by the same name."""
    for role, models in MODELS.items():
        for kind in models:
            text = PAYMENTS.partition("[[facts]]")[0] + f'[[facts]]\ntype = "{kind}"\nfields = {{}}\n'
            try:
                loaded(tmp_path, text)
                missing = set()
            except MappingFault as refused:
                missing = {fault.split(".")[3].split(":")[0] for fault in refused.faults}
            required = {name for name, field in models[kind].model_fields.items() if field.is_required()}
            assert missing == required - {"event_id", "account_id", "time"}, (role, kind)
