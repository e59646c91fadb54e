"""What can be wrong in the catalog."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

CASES: Final = (
    Case(
        "catalog.variants_follow",
        "a product is called something else",
        "UPDATE catalog.product SET name = 'Something else'"
        " WHERE id = (SELECT min(id) FROM catalog.product) RETURNING sku",
    ),
    Case(
        "catalog.combinations_are_whole",
        "a variant has no value of its attribute",
        "UPDATE catalog.product SET combination = '{}' WHERE id = ("
        "SELECT min(id) FROM catalog.product WHERE cardinality(combination) > 0) RETURNING sku",
    ),
    Case(
        "catalog.codes_are_current",
        "a barcode is another",
        "UPDATE catalog.barcode SET code = 'OTHER'"
        " WHERE id = (SELECT min(id) FROM catalog.barcode)"
        " RETURNING (SELECT sku FROM catalog.product WHERE id = product_id)",
    ),
    Case(
        "catalog.paths_lead_up",
        "a category has lost its way",
        "UPDATE catalog.category SET path = '{}' WHERE parent_id IS NOT NULL RETURNING name",
    ),
    Case(
        "catalog.paths_lead_up",
        "a category is called something else",
        "UPDATE catalog.category SET full_name = 'x' WHERE parent_id IS NULL RETURNING name",
    ),
    Case(
        "catalog.lists_end_somewhere",
        "a list is based on itself by another",
        """
        WITH other AS (
          INSERT INTO catalog.price_list (name, currency) VALUES ('Other', 'SAR') RETURNING id, name
        ), first AS (SELECT id, name FROM catalog.price_list ORDER BY id LIMIT 1
        ), rules AS (
          INSERT INTO catalog.price_rule (list_id, base_list_id, method, percent)
          SELECT first.id, other.id, 'discount', 10 FROM first, other
          UNION ALL SELECT other.id, first.id, 'discount', 10 FROM first, other
        ) SELECT name FROM other UNION ALL SELECT name FROM first
        """,
    ),
    Case(
        "catalog.bundles_are_flat",
        "a part is a bundle itself",
        "INSERT INTO catalog.bundle (product_id, pricing)"
        " SELECT min(part.product_id), min(bundle.pricing)"
        " FROM catalog.bundle_part AS part, catalog.bundle"
        " RETURNING (SELECT sku FROM catalog.product WHERE id = product_id)",
    ),
)
