"""What the probe's jobs do. A gate is a named pipe: a job stands at it until a test opens it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.api import Unavailable, report_progress
from probe.models import Note


def note(session: Session, *, text: str) -> None:
    session.add(Note(text=text))


def gated(session: Session, *, text: str, gate: str) -> None:
    session.add(Note(text=text))
    session.flush()
    report_progress(session, 0.5, "at the gate")
    Path(gate).read_bytes()
    report_progress(session, 0.9, "through the gate")


def divide(session: Session, *, by: int) -> None:
    session.add(Note(text=f"{10 / by:g}"))


def cross(session: Session, *, first: int, second: int) -> None:
    for note_id in (first, second):
        session.execute(update(Note).where(Note.id == note_id).values(text="crossed"))


def out_of_reach(session: Session) -> None:
    raise Unavailable("The bank does not answer.")


def nightly(session: Session) -> None:
    session.add(Note(text="nightly"))
