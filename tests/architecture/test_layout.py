"""The rules that fit on a card: the tree keeps its shape, and files stay readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("core", "tenants", "addon_registry", "addons", "benchmarks", "pictures")
MAX_LINES = 400
MAX_FUNCTION_LINES = 60


def product_files() -> Iterator[Path]:
    for package in PRODUCT:
        yield from sorted((ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_has_grown_past_the_size_at_which_a_concept_is_hiding() -> None:
    sizes = {named(path): len(path.read_text().splitlines()) for path in product_files()}
    assert sizes, "the product's files were not found"
    assert {name: size for name, size in sizes.items() if size > MAX_LINES} == {}


def test_every_function_can_be_read_on_one_screen() -> None:
    long = {}
    for path in product_files():
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION_LINES:
                    long[f"{named(path)}:{node.name}"] = length
    assert long == {}


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        named(path)
        for path in product_files()
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert silent == []


def test_nothing_in_the_product_promises_to_be_written_later() -> None:
    promises = (
        "TO" + "DO",
        "FIX" + "ME",
        "XX" + "X:",
        "coming " + "soon",
        "NotImplemented" + "Error",
    )
    found = [
        f"{named(path)}: {word}"
        for path in product_files()
        for word in promises
        if word in path.read_text()
    ]
    assert found == []
