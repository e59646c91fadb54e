"""Sellers are checked when they are written: a wrong one would spoil every document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.documents.texts import western
from addons.zatca.models import SELLER_SCHEMES, Seller
from core.api import InvalidInput, Problem, phrase

FIELDS: Final = (
    "branch_id", "name", "vat_number", "identity_scheme", "identity", "street",
    "additional_street", "building", "plot", "district", "city", "postal_zone", "province",
)  # fmt: skip
_NUMBERS: Final = ("vat_number", "identity", "building", "plot", "postal_zone")
_NEEDED: Final = ("name", "street", "district", "city")
_LONGEST_NAME: Final = 127
"""Bytes of UTF-8: what one length byte of the QR code holds, and what registration takes."""
_LONGEST: Final = 127


def create_seller(session: Session, values: Mapping[str, Any]) -> Seller:
    """A new seller. Raises InvalidInput that names every field which is wrong."""
    seller = Seller(**dict.fromkeys(FIELDS[1:], ""), branch_id=None)
    seller.identity_scheme = "CRN"
    with session.no_autoflush:
        _fill(session, seller, values)
    session.add(seller)
    session.flush()
    return seller


def update_seller(session: Session, seller: Seller, values: Mapping[str, Any]) -> Seller:
    """Change those fields that are given. Documents that were signed keep what they say."""
    with session.no_autoflush:
        _fill(session, seller, values)
    session.flush()
    return seller


def delete_seller(session: Session, seller: Seller) -> None:
    """Take a seller away: documents that were signed name it by value."""
    session.delete(seller)
    session.flush()


def _fill(session: Session, seller: Seller, values: Mapping[str, Any]) -> None:
    given = {name: values[name] for name in FIELDS if name in values}
    for name, value in given.items():
        if isinstance(value, str):
            given[name] = western(value.strip()) if name in _NUMBERS else value.strip()
    whole = {name: given.get(name, getattr(seller, name)) for name in FIELDS}
    whole = {name: whole[name] if name == "branch_id" else whole[name] or "" for name in FIELDS}
    problems = tuple(_problems(session, seller, whole))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    for name, value in whole.items():
        setattr(seller, name, value)


def _problems(session: Session, seller: Seller, whole: Mapping[str, Any]) -> Iterator[Problem]:
    if not re.fullmatch(r"3\d{13}3", whole["vat_number"], re.ASCII):
        message = phrase("A VAT number has 15 digits, the first and the last of them 3.")
        yield Problem("vat_number", message)
    if not re.fullmatch(r"\d{4}", whole["building"], re.ASCII):
        yield Problem("building", phrase("A building number has four digits."))
    if not re.fullmatch(r"\d{5}", whole["postal_zone"], re.ASCII):
        yield Problem("postal_zone", phrase("A postal code has five digits."))
    if whole["identity_scheme"] not in dict(SELLER_SCHEMES):
        yield Problem("identity_scheme", phrase("Choose who registered the company."))
    yield from _identity(whole["identity_scheme"], whole["identity"])
    for name in _NEEDED:
        if not whole[name]:
            yield Problem(name, phrase("The authority asks for it."))
        elif not whole[name].isprintable():
            yield Problem(name, phrase("It holds a character that cannot be printed."))
    for name in ("street", "additional_street", "district", "city", "province"):
        if len(whole[name]) > _LONGEST:
            yield Problem(name, phrase("It has at most {count} characters.", count=_LONGEST))
    if len(whole["name"].encode()) > _LONGEST_NAME:
        message = phrase("The name is too long for a QR code: 127 bytes, about 60 Arabic letters.")
        yield Problem("name", message)
    others = select(Seller.id).where(Seller.branch_id.is_not_distinct_from(whole["branch_id"]))
    taken = session.scalar(others)
    if taken is not None and taken != seller.id:
        yield Problem("branch_id", phrase("There is a seller for it already."))


def _identity(scheme: str, number: str) -> Iterator[Problem]:
    """Registrations have ten digits (BR-KSA-F-08, BR-KSA-F-09)."""
    if scheme == "CRN" and not re.fullmatch(r"\d{10}", number, re.ASCII):
        yield Problem("identity", phrase("A commercial registration has ten digits."))
    elif scheme == "700" and not re.fullmatch(r"7\d{9}", number, re.ASCII):
        yield Problem("identity", phrase("This number has ten digits and begins with 7."))
    elif not re.fullmatch(r"[A-Za-z0-9]+", number):
        yield Problem("identity", phrase("It is of letters and digits alone."))
