"""What sessions and their reports are called."""

from __future__ import annotations

from addons.pos.models import TillSession


def z_name(code: str, number: int) -> str:
    """What a Z report is called: R01-Z-00012."""
    return f"{code}-Z-{number:05d}"


def report_name(till_session: TillSession) -> str:
    """R01-Z-00012 of a closed session, R01-X-00013 of any other."""
    code = till_session.register.code
    if till_session.z_number is None:
        return f"{code}-X-{till_session.number:05d}"
    return z_name(code, till_session.z_number)


def session_title(till_session: TillSession) -> str:
    """R01 / 12: what a session is called in a sentence."""
    return f"{till_session.register.code} / {till_session.number}"
