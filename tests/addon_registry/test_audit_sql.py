"""SQL that an author wrote passes however it is put together; SQL that others complete does not."""

from __future__ import annotations

import ast

import pytest

from addon_registry.audit.code import sql
from addon_registry.audit.module import Module
from addon_registry.audit.subject import Subject
from core.addons import manifest as manifests
from tests.addon_registry.packing import TOML

WRITTEN = {
    "one string": 'session.execute(text("SELECT 1"))',
    "strings side by side": 'session.execute(text("SELECT " "1"))',
    "a constant": 'SQL = "SELECT 1"\nsession.execute(text(SQL))',
    "constants put together": 'A = "SELECT"\nB = f"{A} 1"\nsession.execute(text(B + " LIMIT 1"))',
    "an imported constant": "from .words import COLUMNS\ntext(f'SELECT {COLUMNS}')",
    "a constant of a class": "text(f'SELECT {Words.COLUMNS}')",
    "a choice": "def f(all):\n    text('SELECT 1' + ('' if all else ' LIMIT 1'))",
    "a dictionary": "ORDER = {'a': 'x', 'b': 'y'}\ndef f(o):\n    text(f'SELECT {ORDER[o]}')",
    "a loop over a list": "for t in ('a', 'b'):\n    op.execute(f'DROP INDEX {t}')",
    "pairs of a list": "for a, b in (('x', 'y'),):\n    op.execute(f'DROP INDEX {a}_{b}')",
    "growing": "def f(x):\n    s = 'SELECT 1'\n    if x:\n        s += ' LIMIT 1'\n    text(s)",
    "format of constants": "T = 'SELECT {}'\nP = '1'\ntext(T.format(P))",
    "a function of one's own": "def w():\n    return 'SELECT 1'\ntext(w() + ' LIMIT 1')",
    "one of two that come back": "def w():\n    return 'x', {}\na, b = w()\ntext(f'SELECT {a}')",
    "bound values": "def f(n):\n    session.execute(text('SELECT :n'), {'n': n})",
    "a query object": "def f(n):\n    session.execute(select(T).where(T.n == n))",
    "no SQL at all": "def f(n):\n    log(f'hello {n}')",
}
COMPLETED_BY_OTHERS = {
    "a parameter": "def f(n):\n    text(f'SELECT {n}')",
    "added": "def f(n):\n    text('SELECT ' + n)",
    "with percent": "def f(n):\n    text('SELECT %s' % n)",
    "with format": "def f(n):\n    text('SELECT {}'.format(n))",
    "joined": "def f(ns):\n    text(', '.join(ns))",
    "first put into a name": "def f(n):\n    s = f'SELECT {n}'\n    text(s)",
    "growing": "def f(n):\n    s = 'SELECT 1'\n    s += f' LIMIT {n}'\n    text(s)",
    "through a function": "def w(n):\n    return f'a = {n}'\ndef f(n):\n    text(f'SELECT {w(n)}')",
    "an attribute": "def f(q):\n    text(f'SELECT {q.column}')",
    "past the text": "def f(n):\n    connection.exec_driver_sql(f'SELECT {n}')",
    "in a migration": "def f(n):\n    op.execute(f'DROP TABLE {n}')",
    "as a column": "def f(n):\n    literal_column('x' + n)",
}
IMPORTS = "from alembic import op\nfrom sqlalchemy import literal_column, select, text\n"


def _lines(code: str) -> list[int]:
    whole = IMPORTS + code
    module = Module("services/x.py", "services.x", whole, ast.parse(whole))
    subject = Subject(manifests.parse(TOML), {}, (module,), ())
    return [found.place.line for found in sql.check(subject)]


@pytest.mark.parametrize("how", WRITTEN)
def test_what_the_author_wrote_passes(how: str) -> None:
    assert _lines(WRITTEN[how]) == []


@pytest.mark.parametrize("how", COMPLETED_BY_OTHERS)
def test_what_others_complete_is_named(how: str) -> None:
    code = COMPLETED_BY_OTHERS[how]
    [line] = _lines(code)
    assert line == len((IMPORTS + code).splitlines())


def test_the_same_name_in_another_function_is_another_one() -> None:
    code = "def f(s):\n    log(f'x {s}')\ndef g():\n    s = 'SELECT 1'\n    text(s)"
    assert _lines(code) == []
