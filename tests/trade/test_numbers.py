"""Whoever reads a document's number knows what document it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

from core.addons.catalog import Catalog


def test_no_two_kinds_of_document_begin_their_numbers_alike(catalog: Catalog) -> None:
    patterns = [
        field.default
        for owned in catalog.contributions.options
        for field in fields(owned.item.type)
        if isinstance(field.default, str) and "{number" in field.default
    ]
    assert len(patterns) > 15
    assert [one for one, count in Counter(patterns).items() if count > 1] == []
