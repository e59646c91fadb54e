"""What is always true of the catalog."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.catalog.models import Product
from addons.catalog.services.flow import astray
from core.api import Invariant, InvariantResult, msg

# What the tables by themselves cannot say: one value of each attribute that the template has.
_COMBINATIONS = text("""
SELECT p.sku FROM catalog.product AS p
 WHERE (SELECT array_agg(DISTINCT v.attribute_id ORDER BY v.attribute_id)
          FROM unnest(p.combination) AS held (id)
          JOIN catalog.attribute_value AS v ON v.id = held.id)
       IS DISTINCT FROM
       (SELECT array_agg(DISTINCT v.attribute_id ORDER BY v.attribute_id)
          FROM catalog.template_value AS t JOIN catalog.attribute_value AS v ON v.id = t.value_id
         WHERE t.template_id = p.template_id)
    OR cardinality(p.combination) <>
       (SELECT count(DISTINCT v.attribute_id) FROM unnest(p.combination) AS held (id)
          JOIN catalog.attribute_value AS v ON v.id = held.id)
 ORDER BY p.id LIMIT 20
""")
_CODES = text("""
SELECT p.sku FROM catalog.product AS p
  LEFT JOIN catalog.barcode AS b ON b.product_id = p.id
 GROUP BY p.id
HAVING p.codes <> coalesce(string_agg(b.code, ' ' ORDER BY b.id), '')
    OR p.barcode <> coalesce(max(b.code) FILTER (WHERE b.role = 'main'), '')
 ORDER BY p.id LIMIT 20
""")
_PATHS = text("""
SELECT c.name FROM catalog.category AS c LEFT JOIN catalog.category AS p ON p.id = c.parent_id
 WHERE c.path <> coalesce(p.path, '{}') || c.id
    OR c.full_name <> CASE WHEN p.id IS NULL THEN '' ELSE p.full_name || ' / ' END || c.name
 ORDER BY c.id LIMIT 20
""")


def variants_follow(session: Session) -> InvariantResult:
    """Each product says what its template lets it say."""
    bad = astray(session)
    count = session.scalar(select(func.count()).select_from(Product)) or 0
    return InvariantResult(not bad, f"{count} products", ", ".join(bad))


def combinations_are_whole(session: Session) -> InvariantResult:
    """Each variant has one value of every attribute that its template has."""
    bad = list(session.scalars(_COMBINATIONS))
    return InvariantResult(not bad, f"{len(bad)} incomplete", ", ".join(bad))


def codes_are_current(session: Session) -> InvariantResult:
    """Products are found by the barcodes that they and their packagings have now."""
    bad = list(session.scalars(_CODES))
    return InvariantResult(not bad, f"{len(bad)} astray", ", ".join(bad))


def paths_lead_up(session: Session) -> InvariantResult:
    """Each category knows those above it."""
    bad = list(session.scalars(_PATHS))
    return InvariantResult(not bad, f"{len(bad)} astray", ", ".join(bad))


INVARIANTS = (
    Invariant(
        "catalog.variants_follow", msg("Products say what their templates say"), variants_follow
    ),
    Invariant(
        "catalog.combinations_are_whole",
        msg("Variants have one value of each attribute"),
        combinations_are_whole,
    ),
    Invariant("catalog.codes_are_current", msg("Barcodes are found"), codes_are_current),
    Invariant("catalog.paths_lead_up", msg("Categories form a tree"), paths_lead_up),
)
