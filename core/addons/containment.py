"""Runs one addon's part of a page so that its failure stays its own.

A tile that raises is left out and logged with its addon and tenant; the page, the other
addons and the transaction go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.addons.blame import described
from core.db.session import binding, is_readonly
from core.db.slow import working_for

T = TypeVar("T")

log = structlog.get_logger(__name__)


def contained(session: Session, addon: str, what: str, call: Callable[[], T]) -> T | None:
    """What `call` returns, or None if it raises; `what` names it in the log.

    A lost connection is nobody's failure alone, and still ends the request.
    """
    # What is pending belongs to the page: if it cannot be saved, that must not be hidden here.
    session.flush()
    bound = binding(session)
    try:
        with working_for(bound.tenant.id, addon):
            return _in_savepoint(session, call)
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        if "kernel" in bound.context:
            kernel = bound.context["kernel"]
            said = described(kernel.catalog, error)
            kernel.health.count(bound.tenant.id, addon, "left_out", said)
        log.exception("addon left out of a page", addon=addon, what=what, tenant=_slug(session))
        return None


def _in_savepoint(session: Session, call: Callable[[], T]) -> T:
    # A failed statement would otherwise take the rest of the transaction with it.
    if is_readonly(session):
        return call()
    with session.begin_nested():
        return call()


def _slug(session: Session) -> str:
    return binding(session).tenant.slug
