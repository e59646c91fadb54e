"""X and Z reports: what a session sold, by tax, method, category and cashier, and its cash.

The X report is worked out whenever somebody looks; the Z report is the same at the closing, kept
with the session for good.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.pos.models import Method, Register, SessionCount, TillSession
from addons.pos.services.sessions.expected import drawer_cash, paid_by_method
from addons.pos.services.sessions.people import names_of

_RECEIPTS: Final = text("""
SELECT kind, count(*) AS receipts, sum(net) AS net, sum(tax) AS tax, sum(total) AS total,
       sum(rounding) AS rounding, min(number) AS first, max(number) AS last
  FROM pos.sale WHERE session_id = :id GROUP BY kind ORDER BY kind DESC
""")
_CASHIERS: Final = text("""
SELECT cashier_id, count(*) AS receipts, sum(total) AS total
  FROM pos.sale WHERE session_id = :id GROUP BY cashier_id ORDER BY cashier_id
""")
_TAXES: Final = text("""
SELECT t.code, t.kind, sum(t.base) AS base, sum(t.amount) AS amount
  FROM pos.sale_tax AS t JOIN pos.sale AS s ON s.id = t.sale_id
 WHERE s.session_id = :id GROUP BY t.code, t.kind ORDER BY t.code, t.kind
""")
_CATEGORIES: Final = text("""
SELECT l.category_id, coalesce(c.full_name, '') AS name, sum(l.net) AS net, sum(l.tax) AS tax
  FROM pos.sale_line AS l JOIN pos.sale AS s ON s.id = l.sale_id
  LEFT JOIN catalog.category AS c ON c.id = l.category_id
 WHERE s.session_id = :id GROUP BY l.category_id, c.full_name ORDER BY 2, 1
""")
_DISCOUNTS: Final = text("""
SELECT count(*) AS lines,
       coalesce(sum(round(l.quantity * l.price * l.discount_percent / 100 + l.discount, 6)), 0)
         AS amount
  FROM pos.sale_line AS l JOIN pos.sale AS s ON s.id = l.sale_id
 WHERE s.session_id = :id AND (l.discount_percent <> 0 OR l.discount <> 0)
""")
_RETURNS: Final = text("""
SELECT count(*) AS lines, coalesce(-sum(l.net + l.tax), 0) AS amount
  FROM pos.sale_line AS l JOIN pos.sale AS s ON s.id = l.sale_id
 WHERE s.session_id = :id AND l.quantity < 0
""")
_LOG: Final = text("""
SELECT what, count(*) AS times FROM pos.till_log WHERE session_id = :id GROUP BY what ORDER BY what
""")
_MOVES: Final = text("""
SELECT direction, amount, reason, occurred_at FROM pos.cash_move WHERE session_id = :id ORDER BY id
""")


def report_of(session: Session, till_session: TillSession) -> dict[str, Any]:
    """The report of a session as it is now, in values that JSON has: amounts are texts."""
    register = session.get_one(Register, till_session.register_id)
    people = _rows(session, _CASHIERS, till_session)
    names = names_of(
        session,
        [
            till_session.opened_by,
            till_session.closed_by,
            *(row["cashier_id"] for row in people),
        ],
    )
    return {
        "register": {"code": register.code, "name": register.name},
        "number": till_session.number,
        "z_number": till_session.z_number,
        "currency": till_session.currency,
        "opened_at": _moment(till_session.opened_at),
        "opened_by": names.get(till_session.opened_by or 0, ""),
        "closed_at": _moment(till_session.closed_at),
        "closed_by": names.get(till_session.closed_by or 0, ""),
        "forced": till_session.forced,
        "receipts": _rows(session, _RECEIPTS, till_session),
        "taxes": _rows(session, _TAXES, till_session),
        "categories": _rows(session, _CATEGORIES, till_session),
        "discounts": _rows(session, _DISCOUNTS, till_session)[0],
        "returns": _rows(session, _RETURNS, till_session)[0],
        "cashiers": [{**row, "name": names.get(row["cashier_id"] or 0, "")} for row in people],
        "methods": _methods(session, till_session),
        "cash": _cash(session, till_session),
        "moves": _rows(session, _MOVES, till_session),
        "counts": _counts(session, till_session),
        "log": {row["what"]: row["times"] for row in _rows(session, _LOG, till_session)},
    }


def _rows(session: Session, statement: Any, till_session: TillSession) -> list[dict[str, Any]]:
    rows = session.execute(statement, {"id": till_session.id}).mappings()
    return [{name: _value(value) for name, value in row.items()} for row in rows]


def _value(value: Any) -> Any:
    if value is None or isinstance(value, int | str):
        return value
    return _moment(value) if hasattr(value, "isoformat") else f"{value:f}"


def _moment(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _methods(session: Session, till_session: TillSession) -> list[dict[str, Any]]:
    paid = paid_by_method(session, till_session.id)
    methods = [session.get_one(Method, key) for key in paid]
    return [
        {
            "id": method.id,
            "name": method.name,
            "kind": method.kind,
            "times": paid[method.id][0],
            "amount": f"{paid[method.id][1]:f}",
        }
        for method in sorted(methods, key=lambda one: (one.position, one.id))
    ]


def _cash(session: Session, till_session: TillSession) -> dict[str, str]:
    cash = drawer_cash(session, till_session)
    return {
        "float": f"{cash.opening_float:f}",
        "paid": f"{cash.paid:f}",
        "in": f"{cash.moved_in:f}",
        "out": f"{cash.moved_out:f}",
        "expected": f"{cash.expected:f}",
    }


def _counts(session: Session, till_session: TillSession) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Method.name, SessionCount.expected, SessionCount.counted, SessionCount.difference)
        .join(Method, Method.id == SessionCount.method_id)
        .where(SessionCount.session_id == till_session.id)
        .order_by(SessionCount.id)
    )
    names = ("method", "expected", "counted", "difference")
    return [{name: _value(value) for name, value in zip(names, row, strict=True)} for row in rows]
