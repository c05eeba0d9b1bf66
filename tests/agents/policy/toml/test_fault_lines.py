"""Faults with the line of the file that they speak of."""

import pytest

from agents.policy.toml.fault_lines import Located, locate, separate
from agents.policy.toml.places import line_of, lines_of
from tests.agents.policy.words.samples import HERE, RICH_FILE

RICH_TEXT = RICH_FILE.read_text(encoding="utf-8")
FILES = {"rich.toml": [RICH_TEXT], "pack.toml": [(HERE / "pack.toml").read_text(encoding="utf-8")]}
ODD = '''# a comment with key = 1
id = "x"
note = """
[not.a.table]
fake = 1
"""

[a.b]   # with a comment
"quoted key" = 1
c.d = 2

[[a.list]]
x = 1
[a.list.inner]
y = 1
[[a.list]]
x = 2
arms = [
    # first
    { code = "one" },

    { code = "two" },
]
z = 3
'''


def written(file: str, line: int | None) -> str:
    assert line is not None
    return FILES[file][0].splitlines()[line - 1]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("id",), 2),
        (("fake",), None),
        (("a", "b"), 8),
        (("a", "b", "quoted key"), 9),
        (("a", "b", "c", "d"), 10),
        (("a", "list", 0, "x"), 13),
        (("a", "list", 0, "inner", "y"), 15),
        (("a", "list", 1, "x"), 17),
        (("a", "list", 1, "arms", 1, "code"), 22),
        (("a", "list", 1, "z"), 24),
        (("a", "list"), 12),
        (("a", "list", 1, "tagged", "x"), 17),
        (("a", "list", 1, "missing"), 16),
        ((), None),
    ],
)
def test_lines_of_a_file(place: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(lines_of(ODD), place) == line


@pytest.mark.parametrize(
    ("fault", "file", "stands_there"),
    [
        ("rich.toml: stages.1.delay_days: not a number", "rich.toml", "delay_days = 1"),
        ("rich.toml: ladders.gentle.1: stage FIRM: its delay lies beyond", "rich.toml", "[[ladders.gentle]]"),
        ("rich.toml: stage LAST: no offer x", "rich.toml", 'code = "LAST"'),
        ("rich.toml: ladder gentle: stage FIRM: no offer x", "rich.toml", 'code = "FIRM"'),
        ("rich.toml: segment forgetters: no ladder x", "rich.toml", 'code = "forgetters"'),
        ("rich.toml: experiment warmer: arm warm: no ladder x", "rich.toml", 'code = "warmer"'),
        (
            "rich.toml: experiments.0.arms.1.share: too much",
            "rich.toml",
            '    { code = "warm", share = 10, tone = "warm" },',
        ),
        ("rich.toml: lender.zone: not a zone", "rich.toml", 'zone = "Asia/Shanghai"'),
        ("rich.toml: hours: nothing is left of them", "rich.toml", "[hours]"),
        ("rich.toml: en: no text 'last' (stage LAST)", "rich.toml", 'code = "LAST"'),
        ("rich.toml: tone warm: no text in any language has it", "rich.toml", 'tone = "warm"'),
        ("pack.toml: TEST-CAP-1 is a rule of CN already: an overlay adds rules", "pack.toml", 'id = "TEST-CAP-1"'),
        ("pack.toml: rules.2.cap.limit (TEST-CAP-1): too large", "pack.toml", "limit = 1"),
    ],
)
def test_a_fault_finds_its_line(fault: str, file: str, stands_there: str) -> None:
    located = locate(fault, FILES)
    assert located.file == file
    assert written(file, located.line) == stands_there


def test_the_variant_of_a_stage_is_told_from_the_stage() -> None:
    own, variant = (
        locate(f"rich.toml: {where}stage FIRM: no offer x", FILES).line for where in ("", "ladder gentle: ")
    )
    assert own is not None
    assert variant is not None
    assert own < variant


def test_a_fault_of_a_text_is_looked_for_in_its_language() -> None:
    files = {**FILES, "en.toml": ['language = "en"\n\n[texts.firm.warm]\nid = "x"\n']}
    assert locate("rich.toml: en: firm (warm): amount is missing (CN-NEED-4)", files) == Located(
        "en.toml", 3, "en: firm (warm): amount is missing (CN-NEED-4)"
    )


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("text en-firm-warm-1: unknown slot 'sum'", 4),
        ("text firm.warm: the id en-firm-warm-1 stands twice", 3),
        ("text firm: its tone neutral is missing", 3),
        ("phrase help_offer: unknown slot 'sum'", 7),
        ("text gone: its tone neutral is missing", None),
    ],
)
def test_a_fault_of_a_file_of_texts_finds_its_line(reason: str, line: int | None) -> None:
    rulebook = 'language = "en"\n\n[texts.firm.warm]\nid = "en-firm-warm-1"\n\n[phrases]\nhelp_offer = "{sum}"\n'
    assert locate(f"en.toml: {reason}", {"en.toml": [rulebook]}) == Located("en.toml", line, reason)


def test_a_second_spelling_of_a_name_finds_its_line() -> None:
    given = {"approvals.toml": ['[[approvals]]\nby = "Li Wei"\n[[approvals]]\nby = "li wei "\n']}
    assert locate("approvals.toml: one person under two names: 'Li Wei' and 'li wei '", given).line == 4


def test_the_faults_of_a_file_of_texts_are_told_one_by_one() -> None:
    told = ["locale: none; or so", "text a: its tone neutral is missing", "phrase b: unknown slot 'c'"]
    assert separate(f"en.toml: {'; '.join(told)}") == [f"en.toml: {one}" for one in told]
    assert separate("en.toml: id: no; it is not") == ["en.toml: id: no; it is not"]
    assert separate("no file: a; text b: c") == ["no file: a; text b: c"]


def test_a_syntax_error_has_its_own_line() -> None:
    fault = "rich.toml: Invalid value (at line 7, column 3)"
    assert str(locate(fault, FILES)) == "rich.toml:7: Invalid value (at line 7, column 3)"


@pytest.mark.parametrize(
    "fault",
    [
        "pack XX: no file that can be used has this id",
        "none.toml: [Errno 2] No such file or directory",
        "rich.toml: surprise: not expected",
    ],
)
def test_what_cannot_be_found_keeps_its_words(fault: str) -> None:
    located = locate(fault, FILES)
    assert located.line is None
    assert str(located) == fault


def test_of_two_files_with_one_name_no_line_is_told() -> None:
    assert locate("en.toml: id: wrong", {"en.toml": ["id = 1", "id = 2"]}).line is None
