"""What can be wrong in the store."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

_PLACE: Final = "product_id || ' @ ' || location_id"

CASES: Final = (
    Case(
        "inventory.reservations_are_summed",
        "one more is called reserved",
        "UPDATE inventory.on_hand SET reserved = reserved + 1"
        f" WHERE id = (SELECT min(id) FROM inventory.on_hand) RETURNING {_PLACE}",
    ),
    Case(
        "inventory.reservations_are_summed",
        "goods are reserved where there were never any",
        "INSERT INTO inventory.reservation (line_id, product_id, location_id, quantity)"
        " SELECT min(line_id), 424242, min(location_id), 1 FROM inventory.reservation"
        f" RETURNING {_PLACE}",
    ),
    Case(
        "inventory.nothing_is_promised_twice",
        "more is reserved than there is",
        "UPDATE inventory.on_hand SET reserved = quantity + 1"
        " WHERE id = (SELECT min(id) FROM inventory.on_hand WHERE quantity > 0) RETURNING id",
    ),
    Case(
        "inventory.lines_say_what_moved",
        "a line says that one more has moved",
        "UPDATE inventory.transfer_line SET moved = moved + 1"
        " WHERE id = (SELECT min(id) FROM inventory.transfer_line) RETURNING id",
    ),
    Case(
        "inventory.only_open_transfers_hold_goods",
        "a cancelled transfer holds goods",
        """
        UPDATE inventory.transfer SET state = 'cancelled'
          FROM inventory.reservation AS held
          JOIN inventory.transfer_line AS line ON line.id = held.line_id
         WHERE transfer.id = line.transfer_id RETURNING held.id
        """,
    ),
    Case(
        "inventory.serials_are_single",
        "a serial number is in stock twice",
        """
        WITH known AS (
          UPDATE catalog.product SET tracking = 'serial'
           WHERE id = (SELECT lot.product_id FROM inventory.on_hand AS pile
                         JOIN inventory.lot ON lot.id = pile.lot_id ORDER BY lot.id LIMIT 1)
          RETURNING id)
        UPDATE inventory.on_hand SET quantity = 2 FROM known
         WHERE product_id = known.id AND lot_id IS NOT NULL RETURNING lot_id
        """,
    ),
    Case(
        "inventory.packages_hold_what_is_there",
        "more lies in a package than there is",
        """
        UPDATE inventory.package_item SET quantity = quantity + 1000 FROM inventory.package
         WHERE package.id = package_id RETURNING product_id || ' @ ' || package.location_id
        """,
    ),
    Case(
        "inventory.packages_hold_what_is_there",
        "one more is called packed",
        "UPDATE inventory.on_hand SET packed = packed + 1"
        f" WHERE id = (SELECT max(id) FROM inventory.on_hand) RETURNING {_PLACE}",
    ),
    Case(
        "inventory.packages_hold_what_was_put_in",
        "a package holds one more",
        "UPDATE inventory.package_item SET quantity = quantity + 1 RETURNING package_id",
    ),
    Case(
        "inventory.packages_hold_what_was_put_in",
        "nobody put anything in",
        "DELETE FROM inventory.package_step RETURNING package_id",
    ),
    Case(
        "inventory.balances_equal_moves",
        "there is one more than came",
        "UPDATE inventory.on_hand SET quantity = quantity + 1"
        f" WHERE id = (SELECT min(id) FROM inventory.on_hand) RETURNING {_PLACE}",
    ),
    Case(
        "inventory.balances_equal_moves",
        "a move is gone",
        """
        DELETE FROM inventory.move WHERE id = (
          SELECT min(move.id) FROM inventory.move
            JOIN inventory.location AS place ON place.id = to_id AND place.kind = 'internal')
        RETURNING product_id || ' @ ' || to_id
        """,
    ),
    Case(
        "inventory.valued_equals_on_hand",
        "one more is valued",
        "UPDATE inventory.cost_pool SET quantity = quantity + 1"
        " WHERE id = (SELECT min(id) FROM inventory.cost_pool) RETURNING product_id || ': '",
    ),
    Case(
        "inventory.pools_equal_lines",
        "the stock is worth one more",
        "UPDATE inventory.cost_pool SET value = value + 1"
        " WHERE id = (SELECT min(id) FROM inventory.cost_pool) RETURNING product_id || ': '",
    ),
    Case(
        "inventory.pools_equal_lines",
        "nothing is worth something",
        """
        WITH emptied AS (
          UPDATE inventory.cost_pool SET quantity = 0
           WHERE id = (SELECT min(id) FROM inventory.cost_pool WHERE value > 0)
          RETURNING id, product_id)
        UPDATE inventory.value_line AS line SET quantity = 0 FROM emptied
         WHERE line.pool_id = emptied.id RETURNING emptied.product_id || ': 0'
        """,
    ),
    Case(
        "inventory.layers_equal_pools",
        "a layer holds one more",
        """
        UPDATE inventory.cost_event SET left_quantity = left_quantity + 1
         WHERE id = (SELECT min(id) FROM inventory.cost_event WHERE left_quantity > 0)
        RETURNING (SELECT product_id || ': ' FROM inventory.cost_pool AS pool
                    WHERE pool.id = pool_id)
        """,
    ),
    Case(
        "inventory.layers_equal_uses",
        "one more was used of a layer",
        "UPDATE inventory.layer_use SET quantity = quantity - 1"
        " WHERE id = (SELECT min(id) FROM inventory.layer_use) RETURNING layer_id || ': '",
    ),
    Case(
        "inventory.months_equal_lines",
        "a month is worth one more",
        """
        UPDATE inventory.month_value SET value = value + 1
         WHERE product_id = (SELECT min(product_id) FROM inventory.month_value)
        RETURNING product_id || ': '
        """,
    ),
    Case(
        "inventory.valuations_balance",
        "a line of a valuation is one more",
        "UPDATE inventory.value_line SET amount = amount + 1"
        " WHERE id = (SELECT min(id) FROM inventory.value_line) RETURNING valuation_id || ': 1'",
    ),
    Case(
        "inventory.no_forbidden_shortage",
        "there is less than nothing",
        """
        UPDATE inventory.on_hand SET quantity = -1 WHERE id = (
          SELECT min(pile.id) FROM inventory.on_hand AS pile WHERE NOT EXISTS (
            SELECT 1 FROM inventory.move WHERE move.product_id = pile.product_id
               AND move.from_id = pile.location_id AND move.transfer_line_id IS NULL))
        RETURNING (SELECT name FROM catalog.product WHERE id = product_id)
        """,
    ),
)
