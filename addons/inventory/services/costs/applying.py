"""What each kind of happening does to a pool of goods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, cast

from addons.inventory.events import Role
from addons.inventory.services.costs.money import ZERO, per_unit, priced, share, split
from addons.inventory.services.costs.pool import Happening, Layer, Pool


def apply(pool: Pool, happening: Happening) -> None:
    """Change the pool by what happened, and note the value lines and uses of layers."""
    _BY_KIND[happening.kind](pool, happening)


def current_cost(pool: Pool) -> Decimal:
    """What a piece costs now: the standard price, the average of what there is, or what the last
    one cost."""
    if pool.method == "standard":
        return pool.standard
    return per_unit(pool.value, pool.quantity) if pool.quantity > 0 else pool.last_cost


def _come_in(pool: Pool, came: Happening) -> None:
    """Pieces that came fill first what left an empty pool: those left at a guess, and what they
    really cost is made up for now. The rest becomes a layer."""
    cost = came.amount
    if pool.method == "standard":
        target = priced(pool.quantity + came.quantity, pool.standard, pool.unit)
        cost = target - pool.value
    pool.note_pieces(came.id, cost, came.quantity)
    other = cast("Role", came.role)
    pool.note(came.id, (other, -came.amount), ("variance", came.amount - cost))
    left, cost_left = came.quantity, cost
    for layer in pool.missing():
        filled = min(left, -layer.quantity)
        if not filled:
            break
        real = share(cost_left, filled, left, pool.unit)
        guessed = share(-layer.value, filled, -layer.quantity, pool.unit)
        gone_as = cast("Role", layer.role)
        pool.change(layer.id, guessed - real, (gone_as, real - guessed))
        pool.change_layer(layer, came, filled, guessed)
        left, cost_left = left - filled, cost_left - real
    value = cost_left if pool.by_layer else ZERO
    pool.open_layer(Layer(came.day, came.id, came.quantity, left, value, came.role))
    pool.last_cost = per_unit(cost, came.quantity)


def _go_out(pool: Pool, went: Happening) -> None:
    """Pieces that went take the oldest layers, those brought back to their supplier the layer
    that they came as. What is missing leaves at what a piece cost last."""
    wanted = -went.quantity
    origin = pool.find(went.layer_id)
    if origin is not None:
        origin.returned += wanted
    taken = min(wanted, max(pool.quantity, ZERO))
    cost = ZERO
    if taken:
        from_layers = _take_layers(pool, went, taken)
        cost = from_layers if pool.by_layer else _cost_of(pool, went, taken)
        pool.last_cost = per_unit(cost, taken)
    missing = wanted - taken
    price = pool.standard if pool.method == "standard" else pool.last_cost
    guess = priced(missing, price, pool.unit)
    pool.open_layer(Layer(went.day, went.id, went.quantity, -missing, -guess, went.role))
    pool.note_pieces(went.id, -cost - guess, went.quantity)
    # What came from a supplier at another value than it leaves with now: the difference stays.
    other = went.amount if went.layer_id is not None else cost + guess
    role = cast("Role", went.role)
    pool.note(went.id, (role, other), ("variance", cost + guess - other))


def _cost_of(pool: Pool, went: Happening, taken: Decimal) -> Decimal:
    """The cost of pieces where layers have no value of their own."""
    if taken == pool.quantity:
        return pool.value
    if pool.method == "standard":
        return pool.value - priced(pool.quantity - taken, pool.standard, pool.unit)
    if went.layer_id is not None:
        came_at = share(went.amount, taken, -went.quantity, pool.unit)
        return min(max(came_at, ZERO), pool.value)
    return share(pool.value, taken, pool.quantity, pool.unit)


def _take_layers(pool: Pool, went: Happening, taken: Decimal) -> Decimal:
    """Use up layers, and return what was taken of their value."""
    layers = pool.stocked()
    layers.sort(key=lambda layer: layer.id != went.layer_id)
    cost = ZERO
    for layer in layers:
        used = min(taken, layer.quantity)
        if not used:
            break
        value = share(layer.value, used, layer.quantity, pool.unit)
        pool.change_layer(layer, went, -used, -value)
        cost, taken = cost + value, taken - used
    return cost


def _pass_through(pool: Pool, passed: Happening) -> None:
    """Goods that were bought and gone at once, or came back and were given back: the stock is what
    it was."""
    amount = passed.amount if passed.kind == "direct" else -passed.amount
    gone_as, role = cast("Role", passed.gone_as), cast("Role", passed.role)
    pool.note(passed.id, (gone_as, amount), (role, -amount))


def _adjust(pool: Pool, added: Happening) -> None:
    """A cost that goes onto pieces that came before: on the stock for what is left of them, for
    the rest where it went. Never below nothing, and never away from the standard price. The price
    of a bill is that of pieces that were kept: none of it went back to the supplier with others."""
    layer = pool.find(added.layer_id)
    stock = ZERO
    if layer is not None and layer.quantity > 0 and pool.method != "standard":
        floor = -layer.value if pool.by_layer else -pool.value
        of = layer.kept if added.role == "received" else layer.original
        stock = max(share(added.amount, layer.quantity, of, pool.unit), floor)
        if pool.by_layer:
            pool.change_layer(layer, added, ZERO, stock)
    gone_as: Role = "sold" if added.role == "landed" else "variance"
    if pool.method == "standard":
        gone_as = "variance"
    role = cast("Role", added.role)
    pool.change(added.id, stock, (gone_as, added.amount - stock), (role, -added.amount))


def _revalue(pool: Pool, added: Happening) -> None:
    """A value that somebody adds to what there is; nothing where there is nothing."""
    if pool.quantity <= 0 or pool.method == "standard":
        return
    stock = max(added.amount, -pool.value)
    if pool.by_layer:
        layers = pool.stocked()
        weights = [layer.value for layer in layers]
        if not any(weights):
            weights = [layer.quantity for layer in layers]
        for layer, part in zip(layers, split(stock, weights, pool.unit), strict=True):
            pool.change_layer(layer, added, ZERO, part)
    pool.change(added.id, stock, ("revaluation", -stock))


def _set_price(pool: Pool, priced_anew: Happening) -> None:
    """Another standard price: what there is is worth that from now on."""
    pool.standard = priced_anew.amount
    if pool.method != "standard":
        return
    target = priced(pool.quantity, pool.standard, pool.unit)
    missing = pool.missing()
    if missing:
        parts = split(-target, [-layer.quantity for layer in missing], pool.unit)
        for layer, part in zip(missing, parts, strict=True):
            pool.change_layer(layer, priced_anew, ZERO, -part - layer.value)
    change = target - pool.value
    pool.change(priced_anew.id, change, ("revaluation", -change))


def _change_method(pool: Pool, changed: Happening) -> None:
    """Another method for what there is. Only the standard price changes its value."""
    layers = pool.stocked()
    if pool.by_layer and changed.method != "fifo":
        for layer in layers:
            pool.change_layer(layer, changed, ZERO, -layer.value)
    if changed.method == "fifo" and not pool.by_layer and layers:
        parts = split(pool.value, [layer.quantity for layer in layers], pool.unit)
        for layer, part in zip(layers, parts, strict=True):
            pool.change_layer(layer, changed, ZERO, part)
    pool.method = changed.method
    if pool.method == "standard":
        _set_price(pool, changed)


_BY_KIND: Final[Mapping[str, Callable[[Pool, Happening], None]]] = {
    "in": _come_in,
    "out": _go_out,
    "direct": _pass_through,
    "direct_back": _pass_through,
    "adjust": _adjust,
    "revalue": _revalue,
    "price": _set_price,
    "method": _change_method,
}
