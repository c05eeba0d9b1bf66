"""Provider and approval: what the gateway may carry, and what two named people have approved."""

from datetime import date

from agents.decisions.policy.rulebook import Rulebook
from tests.scenarios.language import compiled, covers, in_america, in_china, with_policy

CHINA_WAITS = "03-02 09:00 blocked"


@covers("CN-PROV-1")
def a_gateway_whose_contract_forbids_reminders_gets_none(rulebook: Rulebook) -> None:
    tale = in_china(with_policy(rulebook, gateway={"collections_allowed": False}))
    tale.hears_nothing("03-07 23:00", f"{CHINA_WAITS} PROVIDER_NOT_ALLOWED FRIENDLY by CN-PROV-1")


@covers("CN-PROV-2")
def a_signature_that_is_not_filed_would_be_intercepted(rulebook: Rulebook) -> None:
    tale = in_china(with_policy(rulebook, gateway={"signature_registered": False}))
    tale.hears_nothing("03-07 23:00", f"{CHINA_WAITS} PROVIDER_NOT_ALLOWED FRIENDLY by CN-PROV-2")


@covers("CN-PROV-3")
def a_template_that_is_not_filed_would_be_intercepted(rulebook: Rulebook) -> None:
    tale = in_china(with_policy(rulebook, gateway={"templates_registered": False}))
    tale.hears_nothing("03-07 23:00", f"{CHINA_WAITS} PROVIDER_NOT_ALLOWED FRIENDLY by CN-PROV-3")


@covers(pack="CN")
def a_gateway_that_may_carry_them_gets_them(rulebook: Rulebook) -> None:
    in_china(rulebook).hears("03-02 09:00")


@covers(pack="US")
def in_america_nothing_is_filed_before_sending(rulebook: Rulebook) -> None:
    flags = {"collections_allowed": False, "signature_registered": False, "templates_registered": False}
    in_america(with_policy(rulebook, gateway=flags)).hears("03-03 09:00")


@covers(pack="CN")
def a_pack_that_nobody_has_approved_sends_nothing(rulebook: Rulebook) -> None:
    tale = in_china(compiled(rulebook, law=rulebook.law._replace(approved=False)))
    tale.hears_nothing("03-07 23:00", f"{CHINA_WAITS} PACK_NOT_APPROVED FRIENDLY")


@covers(pack="EU")
def a_pack_that_needs_a_states_own_rules_sends_nothing_by_itself(rulebook: Rulebook) -> None:
    tale = in_china(compiled(rulebook, law=rulebook.law._replace(approved=True)))
    tale.hears_nothing("03-07 23:00", f"{CHINA_WAITS} PACK_INCOMPLETE FRIENDLY")


@covers(pack="CN")
def a_pack_that_is_not_in_force_yet_sends_nothing(rulebook: Rulebook) -> None:
    later = rulebook.law.pack.model_copy(update={"effective_from": date(2026, 3, 6)})
    tale = in_china(compiled(rulebook, law=rulebook.law._replace(pack=later)))
    tale.hears_nothing("03-05 23:00", f"{CHINA_WAITS} PACK_NOT_IN_FORCE FRIENDLY")


@covers(pack="CN")
def a_pack_sends_on_its_last_day_and_not_after_it(rulebook: Rulebook) -> None:
    last = rulebook.law.pack.model_copy(update={"effective_to": date(2026, 3, 2)})
    over = compiled(rulebook, law=rulebook.law._replace(pack=last))
    in_china(over).hears("03-02 09:00")
    late = in_china(over).stopped().outage_until("2026-03-03 09:00").silent()
    late.why("03-03 09:00 blocked PACK_NOT_IN_FORCE FRIENDLY")


@covers(pack="CN")
def texts_that_nobody_has_approved_do_not_leave(rulebook: Rulebook) -> None:
    drafts = rulebook._replace(approved_texts=frozenset({"en"}))
    in_china(drafts).hears_nothing("03-07 23:00", f"{CHINA_WAITS} TEXT_NOT_APPROVED FRIENDLY")
    in_china(drafts, language="en", given_name="Wei").hears("03-02 09:00")


@covers(pack="US")
def who_speaks_another_language_is_not_written_to_in_this_one(rulebook: Rulebook) -> None:
    tale = in_america(rulebook, language="zh-Hans")
    tale.hears_nothing("03-09 23:00", "03-03 09:00 blocked NO_TEXT_IN_LANGUAGE FRIENDLY")
