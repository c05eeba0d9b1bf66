"""Every link within the written pages leads somewhere, and nothing in them names what only one machine has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import ROOT

PAGES: Final = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "benchmarks/**/*.md")
    for path in ROOT.glob(pattern)
)


def links(page: Path) -> Iterator[str]:
    """Targets of links and pictures, those on the web left out."""
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        if "://" not in target:
            yield target


def named(page: Path) -> set[str]:
    """Files of the project that a page names without a link."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return set(re.findall(r"`((?:agents|benchmarks|docs|examples|schemas|streams|tests)/[\w./-]+\.\w+)`", text))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual viewers make them."""
    heads = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_resolve(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        path = (ROOT / page).parent / target if target else ROOT / page
        assert path.exists(), f"{page} links to {target}"
        if anchor:
            assert anchor in anchors(path), f"{page} links to #{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    assert [name for name in sorted(named(page)) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_no_page_names_a_place_on_one_machine(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(?:work|home|root|Users)/", text)
