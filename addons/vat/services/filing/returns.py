"""Filing a return.

It happens in this order: entries with tax are locked up to its last day, so that the ledger
holds still; the boxes are worked out; boxes, lines and evidence are kept; the settlement is posted;
the return is filed. All of it happens or none. Two who file at once take turns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from addons.accounting.api import count_drafts_in, lock_tax_until, tax_line_ids
from addons.vat.errors import ReturnNotReady
from addons.vat.models import FiledBox, VatReturn
from addons.vat.services.filing.drafts import require_draft
from addons.vat.services.filing.evidence import content_hash, evidence_of
from addons.vat.services.filing.scope import filed_line_ids
from addons.vat.services.filing.settlement import post_settlement
from addons.vat.services.filing.statement import Statement, work_out
from core.api import actor, phrase, store_file, today, utc_now

_ONE_FILES = text("SELECT pg_advisory_xact_lock('vat.vat_return'::regclass::oid::bigint)")


@dataclass(frozen=True, slots=True)
class Papers:
    """How a return is printed: each returns the bytes of a file."""

    pdf: Callable[[VatReturn, Statement], bytes]
    workbook: Callable[[VatReturn, Statement], bytes]


def file_return(session: Session, return_id: int, papers: Papers) -> VatReturn:
    """File a draft; raises ReturnNotReady with what is in its way."""
    session.execute(_ONE_FILES)
    vat_return = session.scalars(
        select(VatReturn)
        .where(VatReturn.id == return_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    require_draft(vat_return)
    _require_turn(session, vat_return)
    words = phrase(
        "VAT return {start} to {end}", start=vat_return.start_date, end=vat_return.end_date
    )
    lock_tax_until(session, vat_return.end_date, words)
    statement = work_out(session, vat_return)
    _require_complete(vat_return, statement)
    vat_return.currency = statement.scope.currency
    ids = tax_line_ids(session, statement.scope.whole)
    before = vat_return.replaces
    known = filed_line_ids(session, before) if before is not None else set()
    _keep(session, vat_return, statement, ids)
    vat_return.entry_id = post_settlement(
        session, vat_return, statement.taxes, statement.scope.currency, set(ids) - known
    )
    document = evidence_of(session, vat_return, statement, ids)
    vat_return.evidence = store_file(session, [document]).digest
    vat_return.content_hash = content_hash(document)
    vat_return.net, vat_return.line_count = statement.net, len(ids)
    vat_return.filed_at, vat_return.filed_by = utc_now(), actor(session).name
    session.flush()
    vat_return.pdf = store_file(session, [papers.pdf(vat_return, statement)]).digest
    vat_return.workbook = store_file(session, [papers.workbook(vat_return, statement)]).digest
    if before is not None:
        before.state = "replaced"
        session.flush()
    vat_return.state = "filed"
    session.flush()
    return vat_return


def _require_turn(session: Session, vat_return: VatReturn) -> None:
    """Raise ReturnNotReady unless its days are over and everything before them was filed."""
    if vat_return.end_date >= today(session):
        raise ReturnNotReady(
            phrase("The return's days are not over before {day}.", day=vat_return.end_date),
            fix=phrase("File it from the day after on."),
        )
    earlier = session.scalar(
        select(VatReturn)
        .where(
            VatReturn.state == "draft",
            VatReturn.replaces_id.is_(None),
            VatReturn.end_date < vat_return.start_date,
        )
        .limit(1)
    )
    if earlier is not None:
        raise ReturnNotReady(
            phrase(
                "The return of {start} to {end} is not filed yet.",
                start=earlier.start_date,
                end=earlier.end_date,
            ),
            fix=phrase("File it first."),
        )
    drafts = count_drafts_in(session, vat_return.start_date, vat_return.end_date)
    if drafts:
        raise ReturnNotReady(
            phrase("{count} draft entries have a date within the return.", count=drafts),
            fix=phrase("Post them, delete them or give them another date first."),
        )
    if vat_return.replaces_id is not None and not vat_return.reason.strip():
        raise ReturnNotReady(
            phrase("The amendment does not say why."), fix=phrase("Write the reason into it.")
        )


def _require_complete(vat_return: VatReturn, statement: Statement) -> None:
    if statement.unplaced:
        codes = ", ".join(code for code, _ in statement.unplaced)
        raise ReturnNotReady(
            phrase("These taxes are in no box of the form: {codes}.", codes=codes),
            fix=phrase("Reverse their entries, and post them with a tax of this form."),
        )
    if not statement.reconciles:
        raise ReturnNotReady(
            phrase(
                "The boxes say {boxes}, the ledger {ledger}.",
                boxes=f"{statement.boxes_due:f}",
                ledger=f"{statement.ledger_due:f}",
            ),
            fix=phrase("Look at the VAT audit."),
        )
    limit, late = statement.form.correction_limit, statement.late_due
    if vat_return.replaces_id is None and limit is not None and abs(late) > limit:
        raise ReturnNotReady(
            phrase(
                "Corrections of earlier returns come to {amount}, more than the {limit} that a"
                " later return may take.",
                amount=f"{late:f}",
                limit=f"{limit:f}",
            ),
            fix=phrase("Amend the earlier return."),
        )


def _keep(session: Session, vat_return: VatReturn, statement: Statement, ids: list[int]) -> None:
    session.execute(
        insert(FiledBox),
        [
            {
                "return_id": vat_return.id,
                "box": key,
                "base": figures.base,
                "adjustment": figures.adjustment,
                "duty": figures.duty,
                "tax": figures.tax,
            }
            for key, figures in statement.boxes.items()
        ],
    )
    if ids:
        session.execute(
            text(
                "INSERT INTO vat.filed_line (return_id, line_id)"
                " SELECT :return_id, line_id FROM unnest(CAST(:ids AS bigint[])) AS line_id"
            ),
            {"return_id": vat_return.id, "ids": ids},
        )
