"""Keeps the codes by which products are scanned in step with what products and packagings say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.models import Barcode, Product
from addons.catalog.services.many_rows import insert_rows
from core.api import InvalidInput, Problem, phrase

_CODES = text("""
UPDATE catalog.product AS p SET codes = held.codes
FROM (SELECT one.id, coalesce(string_agg(b.code, ' ' ORDER BY b.id), '') AS codes
        FROM unnest(:ids) AS one (id) LEFT JOIN catalog.barcode AS b ON b.product_id = one.id
       GROUP BY one.id) AS held
WHERE p.id = held.id AND p.codes <> held.codes
""").bindparams(bindparam("ids", type_=ARRAY(BIGINT)))


def keep_codes(session: Session, product: Product) -> None:
    """Write the codes of a product and its packagings; raises InvalidInput, naming the field, for
    a code that another product has."""
    session.flush()
    wanted = _wanted(product)
    _require_different(wanted)
    ids = {row["code"]: row for row in wanted}
    _require_free(session, product.id, list(ids), [row["at"] for row in wanted])
    known = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Barcode.code, Barcode.role, Barcode.packaging_id).where(
                Barcode.product_id == product.id, Barcode.role != "more"
            )
        )
    }
    gone = [c for c, held in known.items() if c not in ids or held != _place(ids[c])]
    if gone:
        session.execute(
            delete(Barcode).where(Barcode.product_id == product.id, Barcode.code.in_(gone))
        )
    new = [
        row for code, row in ids.items()
        if row["role"] != "more" and (code not in known or code in gone)
    ]  # fmt: skip
    insert_codes(session, [{**row, "product_id": product.id} for row in new])
    gather_codes(session, [product.id])
    session.expire(product, ["codes"])


def insert_codes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write these codes as they are."""
    names = ("product_id", "packaging_id", "code", "role")
    insert_rows(session, Barcode, [{name: row.get(name) for name in names} for row in rows])


def gather_codes(session: Session, product_ids: Collection[int]) -> None:
    """Put the codes of these products where searches look for them."""
    session.execute(_CODES, {"ids": sorted(product_ids)})


def require_free_codes(session: Session, codes: Sequence[str], fields: Sequence[str]) -> None:
    """Raise InvalidInput that names the field of each code which a product has already."""
    _require_free(session, None, codes, fields)


def _require_free(
    session: Session, product_id: int | None, codes: Sequence[str], fields: Sequence[str]
) -> None:
    if not codes:
        return
    statement = select(Barcode.code, Product.name).join(Product, Product.id == Barcode.product_id)
    statement = statement.where(Barcode.code.in_(codes))
    if product_id is not None:
        statement = statement.where(Barcode.product_id != product_id)
    taken = {row[0]: row[1] for row in session.execute(statement)}
    problems = tuple(
        Problem(at, phrase("{code} is the barcode of {product}.", code=code, product=taken[code]))
        for code, at in zip(codes, fields, strict=True)
        if code in taken
    )
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _wanted(product: Product) -> list[dict[str, Any]]:
    """All codes of a product, each with the field that says it."""
    rows: list[dict[str, Any]] = []
    if product.barcode:
        rows.append(_row(product.barcode, "main", None, "barcode"))
    rows += [
        _row(code, "packaging", one.id, f"packagings.{place}.barcode")
        for place, one in enumerate(product.packagings)
        for code in one.barcode.split()
    ]
    rows += [
        _row(one.code, "more", None, f"barcodes.{place}.code")
        for place, one in enumerate(product.barcodes)
    ]
    return rows


def _row(code: str, role: str, packaging_id: int | None, at: str) -> dict[str, Any]:
    return {"code": code, "role": role, "packaging_id": packaging_id, "at": at}


def _place(row: Mapping[str, Any]) -> tuple[str, int | None]:
    return (row["role"], row["packaging_id"])


def _require_different(rows: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row["code"] in seen:
            raise InvalidInput.of(row["at"], phrase("{code} is there twice.", code=row["code"]))
        seen.add(row["code"])
