"""A job that notes how long its statements may take, and one that calls somebody."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Job, OutgoingClient

SEEN: list[str] = []


def look_at_the_clock(session: Session) -> None:
    SEEN.append(str(session.scalar(text("SHOW statement_timeout"))))


def call(session: Session, *, url: str) -> None:
    with OutgoingClient(trust_env=False) as client:
        client.post(url, content=b"what is said")


JOBS = [
    Job("webprobe.look_at_the_clock", "Look at the clock", look_at_the_clock),
    Job("webprobe.call", "Call somebody", call),
]
