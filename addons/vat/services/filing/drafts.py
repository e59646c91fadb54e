"""Drafts of returns: written, changed, thrown away; and the draft that amends a filed return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.vat.errors import ReturnIsFiled, ReturnNotReady
from addons.vat.models import ReturnAdjustment, VatReturn
from addons.vat.services.filing.periods import due_date, form_key
from addons.vat.services.forms import FORMS
from core.api import InvalidInput, Problem, phrase


def create_return(session: Session, values: Mapping[str, Any]) -> VatReturn:
    """A draft for some days, on the form of the company's country unless another is named."""
    plain = {name: value for name, value in values.items() if name != "adjustments"}
    vat_return = VatReturn(**plain)
    vat_return.form = plain.get("form") or form_key(session)
    vat_return.adjustments = _adjustments(vat_return.form, values.get("adjustments", ()))
    _require_days(session, vat_return)
    vat_return.due_date = due_date(vat_return.form, vat_return.end_date)
    session.add(vat_return)
    session.flush()
    return vat_return


def update_return(session: Session, vat_return: VatReturn, values: Mapping[str, Any]) -> VatReturn:
    """Change a draft: its days, its adjustments, and why it amends another."""
    require_draft(vat_return)
    if vat_return.replaces_id is not None and {"form", "start_date", "end_date"} & {
        name for name, value in values.items() if getattr(vat_return, name, value) != value
    }:
        raise InvalidInput.of(
            "start_date", phrase("An amendment has the days of the return that it replaces.")
        )
    for name, value in values.items():
        if name != "adjustments":
            setattr(vat_return, name, value)
    if "adjustments" in values:
        vat_return.adjustments = _adjustments(vat_return.form, values["adjustments"])
    _require_days(session, vat_return)
    vat_return.due_date = due_date(vat_return.form, vat_return.end_date)
    session.flush()
    return vat_return


def delete_return(session: Session, vat_return: VatReturn) -> None:
    """Throw a draft away."""
    require_draft(vat_return)
    session.delete(vat_return)
    session.flush()


def amend_return(session: Session, vat_return: VatReturn) -> VatReturn:
    """A draft that will replace a filed return: its days anew, with what was posted since."""
    if vat_return.state != "filed":
        raise ReturnNotReady(
            phrase("Only a filed return can be amended."),
            fix=phrase("Change the draft, or amend the return that replaced this one."),
        )
    known = session.scalar(select(VatReturn).where(VatReturn.replaces_id == vat_return.id))
    if known is not None:
        return known
    amendment = VatReturn(
        form=vat_return.form,
        start_date=vat_return.start_date,
        end_date=vat_return.end_date,
        due_date=vat_return.due_date,
        revision=vat_return.revision + 1,
        replaces=vat_return,
        adjustments=[
            ReturnAdjustment(box=one.box, column=one.column, amount=one.amount, reason=one.reason)
            for one in vat_return.adjustments
        ],
    )
    session.add(amendment)
    session.flush()
    return amendment


def require_draft(vat_return: VatReturn) -> None:
    """Raise ReturnIsFiled for a return that is final."""
    if vat_return.state != "draft":
        raise ReturnIsFiled(
            phrase("This return is filed and cannot be changed."), fix=phrase("Amend it.")
        )


def _adjustments(form: str, given: Any) -> list[ReturnAdjustment]:
    problems, found = [], []
    for place, values in enumerate(given):
        names = ("box", "column", "amount", "reason")
        item = ReturnAdjustment(**{name: values[name] for name in names if name in values})
        item.column = item.column or "tax"
        wrong = _wrong_place(form, item)
        if wrong:
            problems.append(Problem(f"adjustments.{place}.{wrong[0]}", wrong[1]))
        found.append(item)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return found


def _wrong_place(form: str, item: ReturnAdjustment) -> tuple[str, str] | None:
    """Why nothing can be added there by hand: the field, and a sentence."""
    known = FORMS[form]
    if item.box not in known.keys:
        return "box", phrase("The form has no box {box}.", box=item.box)
    box = known.box(item.box)
    if box.sums or box.formula:
        return "box", phrase("Box {box} is a sum: adjust a box that it sums.", box=item.box)
    if item.column not in box.columns:
        return "column", phrase("Box {box} has no such column.", box=item.box)
    return None


def _require_days(session: Session, vat_return: VatReturn) -> None:
    if vat_return.start_date > vat_return.end_date:
        raise InvalidInput.of("end_date", phrase("The return ends before it begins."))
    if vat_return.replaces_id is not None or vat_return.replaces is not None:
        return
    clash = session.scalar(
        select(VatReturn).where(
            VatReturn.start_date <= vat_return.end_date,
            VatReturn.end_date >= vat_return.start_date,
            VatReturn.state != "replaced",
            VatReturn.id != (vat_return.id or 0),
        ).limit(1)
    )  # fmt: skip
    if clash is not None:
        raise InvalidInput.of(
            "start_date",
            phrase(
                "These days overlap with the return of {start} to {end}.",
                start=clash.start_date,
                end=clash.end_date,
            ),
            fix=phrase("Choose other days, or amend that return."),
        )
