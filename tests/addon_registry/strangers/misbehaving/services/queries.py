"""Lets whoever types write the SQL."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def find(session: Session, name: str, order: str) -> None:
    session.execute(text(f"SELECT * FROM accounting.account WHERE name = '{name}'"))
    session.execute(text("SELECT * FROM accounting.account ORDER BY " + order))
    session.connection().exec_driver_sql("SELECT '%s'" % name)
