"""Names of many scripts, tried in every text that a policy can send: which stage does a name not reach?

Each is worded, fitted and judged by the code that will do it when the message leaves.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from agents.decisions.guard.text import screen
from agents.decisions.policy.pack_rules import sort_rules
from agents.decisions.text.fitting import fitted
from agents.policy.files.checks import tones_of
from agents.policy.stage_codes import ladders
from agents.policy.words.rendering import filling_of, uses
from agents.policy.words.speech import joined
from schemas.policy.packs import Pack
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook

NAMES: Final = (
    "O’Brien", "Łukaszewicz", "Jose\u0301", "Mary\u00a0Ann", "Jean‑Luc",
    "Müller", "Nguyễn Thị", "Şahin", "Đorđević", "Иванова", "Шевченко",
    "Παπαδόπουλος", "Հովհաննիսյան", "გიორგაძე", "יעקב", "محمدی", "می\u200cخواهم",
    "अमिताभ", "চট্টোপাধ্যায়", "ਸਿੰਘ", "પટેલ", "கிருஷ்ணன்", "రాజు", "ಗೌಡ", "നായർ",
    "සිංහ", "สมชาย", "ສົມສັກ", "သန်းရွှေ", "សុខ", "王小明", "歐陽", "さくら", "김민수", "ተስፋዬ",
    "Ωμέγα", "İnönü",
)  # fmt: skip
"""Curly quotes, joiners, no-break spaces, composed and decomposed letters, letters outside of GSM-7, many scripts."""


def unreached(policy: Policy, pack: Pack, book: TextBook) -> Iterator[str]:
    """Each text of a language that some of the names do not reach, with the reason and the names."""
    rules = sort_rules(pack)
    offering = {stage.offer_text for stages in ladders(policy).values() for stage in stages}
    for use in uses(policy):
        if use.name in offering:
            continue  # where a name leaves no room for an offer the stage's own text is sent
        for tone in sorted(tones_of(policy) & book.texts.get(use.name, {}).keys()):
            filling = filling_of(policy, book, use)
            refused: defaultdict[str, list[str]] = defaultdict(list)
            for name in NAMES:
                person = replace(filling.profile, surname=name, given_name=None)
                try:
                    wording, parts = fitted(book, use.name, tone, policy, filling._replace(profile=person))
                except (KeyError, ValueError):
                    break  # a fault of the text, which is told as one
                objection, _ = screen(wording, parts, "debtor", rules, policy.sending.max_sms_parts)
                if objection is not None:
                    refused[objection.code].append(name)
            for code, names in refused.items():
                yield f"texts {book.language}: {use.name} ({tone}): not sent to {joined(names)}: {code}"
