"""A session's report on paper: its tables in the company's language, figures as it writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.pos.models import TillSession
from addons.pos.services.sessions.naming import report_name
from addons.pos.services.sessions.reporting import report_of
from addons.pos.services.sessions.tables import Cell, ReportSection, tables_of
from core.api import Reader, currency_digits, msg, reader


def paper_of(session: Session, till_session: TillSession) -> Mapping[str, Any]:
    """What the template sets: of a closed session its Z report as it was frozen, of an open one
    the X report of this moment."""
    speaks = reader(session, "")
    report = till_session.z or report_of(session, till_session)
    digits = currency_digits(till_session.currency)
    closed = till_session.state == "closed"
    return {
        "title": speaks.say(msg("Z report") if closed else msg("X report")),
        "number": report_name(till_session),
        "till": f"{report['register']['code']} {report['register']['name']}",
        "currency": till_session.currency,
        "facts": _facts(speaks, report),
        "sections": [_section(speaks, table, digits) for table in tables_of(report)],
    }


def _facts(speaks: Reader, report: Mapping[str, Any]) -> list[str]:
    facts = []
    for name, who, title in (
        ("opened_at", "opened_by", msg("Opened")),
        ("closed_at", "closed_by", msg("Closed")),
    ):
        if report[name]:
            moment = speaks.moment(datetime.fromisoformat(report[name]))
            facts.append(f"{speaks.say(title)}: {moment} {report[who]}".strip())
    for row in report["receipts"]:
        facts.append(f"{row['first']} – {row['last']}")
    if report["forced"]:
        facts.append(speaks.say(msg("Closed at the office, without a count.")))
    return facts


def _section(speaks: Reader, table: ReportSection, digits: int) -> dict[str, Any]:
    return {
        "title": speaks.say(table.title),
        "heads": [speaks.say(head) for head in table.heads],
        "rows": [
            {
                "word": speaks.say(str(row[0])) if table.translated else str(row[0]),
                "cells": [_written(speaks, cell, digits) for cell in row[1:]],
            }
            for row in table.rows
        ],
    }


def _written(speaks: Reader, cell: Cell, digits: int) -> str:
    if isinstance(cell, Decimal):
        return speaks.number(cell, digits)
    return str(cell)
