"""The page for accountants says how documents post as the services say it now."""

from __future__ import annotations

from pathlib import Path

from tenants.authoring.postings import BEGIN, END, collect, updated

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "accounting.md"


def test_the_postings_are_those_of_the_code() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert updated(written, ROOT) == written, "run script/postings"


def test_every_passage_has_a_purpose_and_two_sides() -> None:
    found = collect(ROOT)
    assert len({posting.path for posting in found}) > 12
    for posting in found:
        assert posting.purpose, posting.path
        assert "Dr" in posting.passage, posting.path


def test_a_passage_is_found_where_a_docstring_has_one(tmp_path: Path) -> None:
    service = tmp_path / "addons" / "shop" / "services" / "tills.py"
    service.parent.mkdir(parents=True)
    service.write_text(
        '"""Closing a till: what was counted.\n\n    Dr  bank\n        Cr  cash\n\nNo more."""\n'
    )
    page = f"# Page\n{BEGIN}\nold\n{END}\nrest\n"
    assert updated(page, tmp_path) == (
        f"# Page\n{BEGIN}\n\n### Shop\n\n**Closing a till** (`addons/shop/services/tills.py`)\n\n"
        f"```text\nDr  bank\n    Cr  cash\n```\n\n{END}\nrest\n"
    )
