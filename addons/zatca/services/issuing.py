"""Sales become electronic invoices: checked when they are posted, linked with the commit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.zatca.extension_points import Sale, SaleSource
from addons.zatca.models import Document, Unmade
from addons.zatca.services.chain.choosing import begun_at
from addons.zatca.services.chain.linking import link_all
from addons.zatca.services.preparing.checking import require_sound, require_writable
from addons.zatca.services.preparing.documents import prepare
from addons.zatca.services.preparing.values import Ready
from addons.zatca.services.sending import states
from addons.zatca.services.tills.receiving import receive
from core.api import AppError, Conflict, InvalidInput, at_commit, extension, phrase

NO_DEVICE: Final = "device"
"""The field that is nobody's mistake at the sale: a certificate that ran out stops no business."""


def issue(session: Session, source_type: str, ids: Collection[int]) -> None:
    """Make documents of sales that are being posted. Raises InvalidInput, naming the field, for
    what the authority would have to refuse, unless a sale is final: that waits in `unmade`, as
    does every sale while no device can sign. A sale that its till signed already has its document,
    which is verified and takes its place. Before electronic invoicing began nothing happens."""
    since = begun_at(session)
    if since is None:
        return
    sales = extension(session, SaleSource, source_type).sales(session, ids)
    signed = [sale for sale in sales if sale.signed is not None]
    for sale, error in receive(session, signed) if signed else ():
        _put_aside(session, sale, error)
    for sale in sales:
        if sale.signed is None and sale.happened_at >= since:
            _issue(session, sale)


def _issue(session: Session, sale: Sale) -> None:
    try:
        ready = prepare(session, sale)
        _require_fit(session, sale, ready)
    except InvalidInput as error:
        fields = {problem.field for problem in error.problems}
        if not sale.final and fields != {NO_DEVICE}:
            raise
        _put_aside(session, sale, error)
        return
    at_commit(session, link_all, ready)


def _require_fit(session: Session, sale: Sale, ready: Ready) -> None:
    """Raise InvalidInput for what the authority would refuse, as long as somebody can mend it."""
    if sale.final:
        require_writable(ready)
    else:
        require_sound(session, ready)


def _put_aside(session: Session, sale: Sale, error: AppError) -> None:
    """Note a sale whose document cannot be made yet, once, unless it has one."""
    made = select(Document.id).where(
        Document.source_type == sale.source_type, Document.source_id == sale.source_id
    )
    if session.scalar(made.limit(1)) is not None:
        return
    values: dict[str, Any] = {
        "source_type": sale.source_type,
        "source_id": sale.source_id,
        "number": sale.number,
        "happened_at": sale.happened_at,
        "branch_id": sale.branch_id,
        "problems": problems_of(error),
    }
    session.execute(insert(Unmade).values(**values).on_conflict_do_nothing())


def problems_of(error: AppError) -> list[dict[str, str]]:
    """What keeps a document from being made, as the row of its sale has it."""
    return [
        {"field": problem.field, "message": str(problem.message), "remedy": error.fix}
        for problem in error.problems
    ]


def make_up_for(session: Session, unmade: Unmade) -> None:
    """Make the document of a sale that was put aside, with the commit. Raises InvalidInput with
    what is still wrong, and NotEnabled where whoever sold it is not there."""
    sale = _sale(session, unmade.source_type, unmade.source_id)
    ready = prepare(session, sale)
    _require_fit(session, sale, ready)
    at_commit(session, link_all, ready)
    session.execute(delete(Unmade).where(Unmade.id == unmade.id))


def make_anew(session: Session, document: Document) -> None:
    """Have a rejected document followed by a new one of the same sale, with the commit: new UUID,
    new counter, the hash of whatever was signed last. The rejected one keeps its place. Raises
    InvalidInput with what is still wrong, Conflict where nothing has to follow."""
    states.move(document, states.SUPERSEDED)
    sale = _sale(session, document.source_type, document.source_id)
    ready = prepare(session, sale, supersedes_id=document.id)
    require_sound(session, ready)
    at_commit(session, link_all, ready)


def _sale(session: Session, source_type: str, source_id: int) -> Sale:
    found = extension(session, SaleSource, source_type).sales(session, [source_id])
    if not found:
        raise Conflict(phrase("The sale of this document is not there any more."))
    return found[0]
