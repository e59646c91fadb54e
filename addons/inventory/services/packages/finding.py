"""Finds packages: by what a scanner read, and with all that lies in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from addons.inventory.models import Package, PackageItem
from addons.inventory.options import OperationOptions
from addons.inventory.services.packages.sscc import make_sscc, read_sscc, require_prefix
from core.api import NotFound, options, phrase, take_number, today

_TREE: Final = text("""
WITH RECURSIVE tree (id, depth) AS (
  SELECT package.id, 0 FROM inventory.package WHERE package.id = :root
  UNION ALL
  SELECT package.id, tree.depth + 1
    FROM inventory.package JOIN tree ON package.parent_id = tree.id WHERE tree.depth < 20
)
SELECT id FROM tree ORDER BY depth, id
""")


def find_package(session: Session, code: str) -> Package | None:
    """The package that a code means: its SSCC, however it was read, or its number."""
    code = code.strip()
    sscc = read_sscc(code)
    wanted = or_(Package.number == code, Package.sscc == sscc) if sscc else Package.number == code
    return session.scalar(select(Package).where(wanted)) if code else None


def lock_package(session: Session, package_id: int) -> Package:
    """A package that nobody else changes until the commit. Raises NotFound."""
    found = session.scalar(
        select(Package)
        .where(Package.id == package_id)
        .with_for_update(of=Package)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(phrase("There is no such package."))
    return found


def lock_tree(session: Session, package_id: int) -> list[Package]:
    """A package and all that lie in it, the outermost first; nobody else changes them until the
    commit. Raises NotFound."""
    ids = session.scalars(_TREE, {"root": package_id}).all()
    if not ids:
        raise NotFound(phrase("There is no such package."))
    rows = session.scalars(
        select(Package)
        .where(Package.id.in_(ids))
        .order_by(Package.id)
        .with_for_update(of=Package)
        .execution_options(populate_existing=True)
    )
    known = {one.id: one for one in rows}
    return [known[one] for one in ids if one in known]


def items_of(session: Session, package_ids: Sequence[int]) -> Mapping[int, list[PackageItem]]:
    """What lies in each of these packages, not counting the packages in them."""
    found: dict[int, list[PackageItem]] = {one: [] for one in package_ids}
    rows = session.scalars(
        select(PackageItem)
        .where(PackageItem.package_id.in_(package_ids))
        .order_by(PackageItem.id)
        .execution_options(populate_existing=True)
    )
    for item in rows:
        found[item.package_id].append(item)
    return found


def next_number(session: Session) -> tuple[str, str | None]:
    """The number of a new package, and its SSCC where the company has a GS1 prefix: the same."""
    chosen = options(session, OperationOptions)
    day = today(session)
    if not chosen.gs1_prefix.strip():
        return take_number(session, "inventory.package", chosen.package_number, day), None
    prefix = require_prefix(chosen.gs1_prefix, "gs1_prefix")
    counted = int(take_number(session, "inventory.sscc", "{number}", day))
    sscc = make_sscc(prefix, counted + max(chosen.first_sscc, 1) - 1)
    return sscc, sscc
