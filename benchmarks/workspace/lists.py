"""A list of 50 rows out of 1,000,000: the whole page, beside the bare SQL and a bare Jinja render
of the same rows; and page 10,000 beside page 1.

Both sides run in this process and in turn; ours from the request as a web server hands it over to
the last byte of the answer: who asks, may they, the transaction, the page with its menu.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import jinja2
import psycopg

from benchmarks.accounts import api_token
from benchmarks.figure import Figure, against, progress
from benchmarks.pages import Pages
from benchmarks.rates import in_turn, seconds
from benchmarks.stage import Stage
from benchmarks.workspace.journal_rows import LIST, tenant_with_entries
from core.addons.states import view
from core.tenancy.tenant import Tenant
from core.web.resources.criteria import complete
from core.web.resources.keyset import cursor
from core.web.resources.shaping import served_shape

NAMES: Final = ("list_1m", "list_1m_far")
FAR: Final = 10_000
TIMES: Final = 100
_COLUMNS: Final = ("number", "date", "journal", "partner", "reference", "narration", "state")
_BARE: Final = (
    "SELECT e.id, e.number, e.date, j.code AS journal, e.partner, e.reference, e.narration, e.state"
    " FROM accounting.journal_entry e JOIN accounting.journal j ON j.id = e.journal_id"
    " ORDER BY e.date DESC, e.id DESC LIMIT 51"
)
_PLACE: Final = (
    "SELECT date, id FROM accounting.journal_entry ORDER BY date DESC, id DESC OFFSET %s LIMIT 1"
)
_TEMPLATE: Final = jinja2.Environment(autoescape=True).from_string(
    """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Entries</title></head>
<body><h1>Entries</h1><table><thead><tr>
{% for name in names %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>{% for value in row[1:] %}<td><a href="/entries/{{ row[0] }}">
{{- value or "" }}</a></td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""
)


def measure(stage: Stage) -> Iterator[Figure]:
    """`list_1m` and `list_1m_far`: milliseconds for a page of 50 rows."""
    tenant = tenant_with_entries(stage)
    token = api_token(stage.kernel, tenant)
    with (
        Pages(stage, tenant, token) as pages,
        psycopg.connect(**tenant.runtime.conninfo()) as connection,
    ):

        def page(query: str) -> Callable[[], float]:
            return lambda: seconds(lambda: pages.get(LIST, query, times=TIMES))

        def bare() -> float:
            return seconds(lambda: [_by_hand(connection) for _ in range(TIMES)])

        far_query = f"cursor={_far_cursor(stage, tenant, connection)}"
        for warm in (page(""), page(far_query), bare):
            warm()
        progress(f"{LIST}, page 1 and page {FAR:,}, beside SQL and Jinja alone")
        first, far, limit = in_turn(page(""), page(far_query), bare, count=5)
    per_page = 1000 / TIMES
    yield against("list_1m", first * per_page, "ms", limit * per_page, "at most 3 times")
    yield against("list_1m_far", far * per_page, "ms", first * per_page, f"page {FAR:,} : page 1")


def _by_hand(connection: psycopg.Connection) -> None:
    rows = connection.execute(_BARE).fetchall()
    connection.commit()
    _TEMPLATE.render(rows=rows[:50], names=_COLUMNS)


def _far_cursor(stage: Stage, tenant: Tenant, connection: psycopg.Connection) -> str:
    """The place behind the last row of the page before."""
    row = connection.execute(_PLACE, [(FAR - 1) * 50 - 1]).fetchone()
    assert row is not None
    values: tuple[date, int] = row
    with stage.kernel.session(tenant, readonly=True) as session:
        shape = served_shape(view(session), "accounting.entries")
        assert shape is not None
        return cursor(complete(shape, shape.order), values)
