"""The peer of the HTTP benchmarks: the same queries by hand, on Starlette and psycopg alone.

What a careful programmer would write for one database, with no tenants, no permissions and no
sign-in: pooled connections, synchronous endpoints in the thread pool, a compiled template.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import jinja2
import psycopg
from psycopg.rows import DictRow, dict_row
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

CONNECTIONS = 8
ONE = "SELECT * FROM accounting.account WHERE id = %s"
PAGE = "SELECT * FROM accounting.account ORDER BY code, id LIMIT 50"
TEMPLATE = jinja2.Environment(autoescape=True).from_string(
    """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Accounts</title>
<link rel="stylesheet" href="/app.css"></head><body><h1>Accounts</h1><table><thead><tr>
{% for name in names %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>{% for name in names %}<td><a href="/accounts/{{ row.id }}">
{{- row[name] }}</a></td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""
)


class Pool:
    """A fixed number of connections, handed round."""

    def __init__(self, conninfo: str) -> None:
        self._free: SimpleQueue[psycopg.Connection[DictRow]] = SimpleQueue()
        for _ in range(CONNECTIONS):
            connection = psycopg.Connection[DictRow].connect(conninfo, row_factory=dict_row)
            self._free.put(connection)

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[DictRow]]:
        """One of them, in a transaction."""
        connection = self._free.get()
        try:
            with connection.transaction():
                yield connection
        finally:
            self._free.put(connection)


def build() -> Starlette:
    """The application; reads its database from `BENCH_PEER_CONNINFO`."""
    pool = Pool(os.environ["BENCH_PEER_CONNINFO"])

    def read_one(request: Request) -> Response:
        with pool.connection() as connection:
            row = connection.execute(ONE, [request.path_params["id"]]).fetchone()
        return Response(json.dumps(row, default=str), media_type="application/json")

    def list_page(request: Request) -> Response:
        with pool.connection() as connection:
            rows = connection.execute(PAGE).fetchall()
        return HTMLResponse(TEMPLATE.render(rows=rows, names=("code", "name", "type")))

    return Starlette(routes=[Route("/accounts/{id:int}", read_one), Route("/accounts", list_page)])
