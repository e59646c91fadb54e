"""What is agreed on payment: terms as they are kept, each partner's own, and their accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.terms import PartnerTerms, PaymentTerm, PaymentTermLine
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.terms import Part, Terms, term_problems
from addons.contacts.api import contact_names, is_named, is_own_id
from core.api import InvalidInput, cached_until_change, phrase

Side = Literal["receivable", "payable"]

# After a merge the terms of the contact that remained come first.
_TERMS: Final = (
    select(PartnerTerms.id)
    .where(is_named(PartnerTerms.__table__.c.partner_id))
    .order_by(is_own_id(PartnerTerms.__table__.c.partner_id).desc(), PartnerTerms.id)
    .limit(1)
)
_HEADER = ("name", "note", "discount_percent", "discount_days", "active")


def create_term(session: Session, values: Mapping[str, Any]) -> PaymentTerm:
    """New payment terms; raises InvalidInput naming the part that is wrong."""
    return _filled(session, PaymentTerm(), values)


def update_term(session: Session, term: PaymentTerm, values: Mapping[str, Any]) -> PaymentTerm:
    """Change terms. Documents that have them already stay as they are."""
    return _filled(session, term, values)


def as_terms(term: PaymentTerm) -> Terms:
    """Kept terms as the value that is worked with."""
    return Terms(
        parts=tuple(_part(line) for line in term.lines),
        discount_percent=term.discount_percent,
        discount_days=term.discount_days,
    )


def partner_terms(session: Session, partner_id: int | None) -> PartnerTerms | None:
    """What is agreed with a partner, under whichever id a document names them."""
    terms_id = None if partner_id is None else _terms_id(session, partner_id)
    return None if terms_id is None else session.get(PartnerTerms, terms_id)


@cached_until_change(PartnerTerms, "contacts.contact")
def _terms_id(session: Session, partner_id: int) -> int | None:
    return session.scalar(_TERMS, {"contact": partner_id})


def term_of(session: Session, partner_id: int | None, side: Side) -> PaymentTerm | None:
    """The terms that a partner's invoices get, if any are agreed."""
    agreed = partner_terms(session, partner_id)
    if agreed is None:
        return None
    term = agreed.customer_term if side == "receivable" else agreed.supplier_term
    return term if term is not None and term.active else None


def control_account(session: Session, partner_id: int | None, side: Side) -> Account:
    """The account that a partner's debts stand on: their own, or the company's; raises
    AccountIsNotChosen where neither is set."""
    agreed = partner_terms(session, partner_id)
    own = None
    if agreed is not None:
        own = agreed.receivable if side == "receivable" else agreed.payable
    if own is not None and own.active:
        return own
    return default_account(
        session, "receivable_account" if side == "receivable" else "payable_account"
    )


def save_partner_terms(
    session: Session, agreed: PartnerTerms, values: Mapping[str, Any]
) -> PartnerTerms:
    """Keep what is agreed with a partner; raises InvalidInput for accounts of another use, and
    for a partner who has terms already."""
    for name, value in values.items():
        setattr(agreed, name, value)
    for name in ("receivable", "payable"):
        account_id = getattr(agreed, f"{name}_id")
        account = session.get(Account, account_id) if account_id else None
        if account is not None and account.subtype != name:
            raise InvalidInput.of(
                f"{name}_id",
                phrase("{code} is not an account of that use.", code=account.code),
                fix=phrase("Choose another account, or set its use under Accounts."),
            )
    others = select(PartnerTerms.id).where(PartnerTerms.partner_id == agreed.partner_id)
    with session.no_autoflush:
        known = session.scalar(others)
    if known is not None and known != agreed.id:
        raise InvalidInput.of("partner_id", phrase("This partner has terms already."))
    agreed.partner = partner_name(session, agreed.partner_id)
    session.add(agreed)
    session.flush()
    return agreed


def partner_name(session: Session, partner_id: int) -> str:
    """What a contact is called; raises InvalidInput where there is none."""
    name = contact_names(session, [partner_id]).get(partner_id)
    if name is None:
        raise InvalidInput.of("partner_id", phrase("There is no such contact."))
    return name


def _filled(session: Session, term: PaymentTerm, values: Mapping[str, Any]) -> PaymentTerm:
    for name in _HEADER:
        if name in values:
            setattr(term, name, values[name])
    if "lines" in values:
        fields = Part.__dataclass_fields__
        term.lines = [
            PaymentTermLine(
                position=place,
                **{name: line[name] for name in fields if line.get(name) is not None},
            )
            for place, line in enumerate(values["lines"], start=1)
        ]
    session.add(term)
    with session.no_autoflush:
        problems = tuple(term_problems([_part(line) for line in term.lines]))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    session.flush()
    return term


def _part(line: PaymentTermLine) -> Part:
    # A line that was not flushed yet has no defaults.
    return Part(
        kind=line.kind or "rest",  # type: ignore[arg-type]
        value=line.value or Part.value,
        months=line.months or 0,
        days=line.days or 0,
        due=line.due or "after",  # type: ignore[arg-type]
        day=line.day or 0,
    )
