"""Adding and changing the rules of price lists, so that no two of them contradict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.catalog.models.prices import PriceList, PriceRule
from addons.catalog.models.products import Product
from addons.catalog.models.units import Unit
from addons.catalog.services.prices.list_keeping import LISTS_LOCK
from addons.catalog.services.prices.naming import rule_title
from addons.catalog.services.prices.periods import overlap
from core.api import Conflict, InvalidInput, Problem, phrase

RULE_FIELDS: Final = (
    "list_id",
    "product_id",
    "template_id",
    "category_id",
    "brand_id",
    "unit_id",
    "min_quantity",
    "valid_from",
    "valid_until",
    "method",
    "amount",
    "percent",
    "base_list_id",
    "surcharge",
    "rounding_step",
    "rounding_ending",
    "rounding",
    "note",
)
"""What a rule says, as forms and files give it."""
_TARGETS: Final = ("product_id", "template_id", "category_id", "brand_id")
_DEFAULTS: Final[Mapping[str, Any]] = {
    "min_quantity": Decimal(0),
    "method": "fixed",
    "percent": Decimal(0),
    "surcharge": Decimal(0),
    "rounding_ending": Decimal(0),
    "rounding": "nearest",
    "note": "",
}
_LARGEST: Final = Decimal("1e15")
_MOST_PERCENT: Final = 10_000

# Whether one list is based on another, in any number of steps.
_LEADS_TO: Final = text("""
WITH RECURSIVE reach(list_id) AS (
  SELECT CAST(:start AS bigint)
  UNION
  SELECT r.base_list_id FROM reach
    JOIN catalog.price_rule AS r ON r.list_id = reach.list_id
   WHERE r.base_list_id IS NOT NULL
)
SELECT EXISTS (SELECT 1 FROM reach WHERE list_id = :wanted)
""")


def create_rule(session: Session, values: Mapping[str, Any]) -> PriceRule:
    """A new rule. Raises InvalidInput that names every field which is wrong, and Conflict that
    names the rule with which it would overlap."""
    given = {name: value for name, value in values.items() if name in RULE_FIELDS}
    held = {**dict.fromkeys(RULE_FIELDS), **_DEFAULTS, **given}
    _require_sound(session, held, None)
    rule = PriceRule(**_filled(held))
    session.add(rule)
    session.flush()
    return rule


def update_rule(session: Session, rule: PriceRule, values: Mapping[str, Any]) -> PriceRule:
    """Change those fields of a rule that are given; errors as in `create_rule`."""
    held = {name: values.get(name, getattr(rule, name)) for name in RULE_FIELDS}
    _require_sound(session, held, rule.id)
    for name, value in _filled(held).items():
        setattr(rule, name, value)
    session.flush()
    return rule


def _filled(held: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a rule as they are kept: nothing that its method does not use."""
    kept = {name: _DEFAULTS.get(name) if value is None else value for name, value in held.items()}
    if kept["method"] == "fixed":
        kept.update(percent=Decimal(0), surcharge=Decimal(0), rounding_step=None)
    else:
        kept["amount"] = None
    if kept["method"] != "discount":
        kept["base_list_id"] = None
    if kept["rounding_step"] is None:
        kept.update(rounding_ending=Decimal(0), rounding="nearest")
    return kept


def _require_sound(session: Session, held: Mapping[str, Any], rule_id: int | None) -> None:
    kept = _filled(held)
    problems = [*_target_problems(kept), *_figure_problems(kept)]
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    # Whoever else writes a rule of this list waits here, and then sees this one.
    locked = session.scalar(
        select(PriceList).where(PriceList.id == kept["list_id"]).with_for_update(key_share=True)
    )
    if locked is None:
        raise InvalidInput.of("list_id", phrase("There is no such price list."))
    if kept["unit_id"] is not None:
        _require_unit(session, kept)
    _require_alone(session, kept, rule_id)
    base = kept["base_list_id"]
    if base is not None:
        # Two lists that are each based on the other at the same moment would never end.
        session.execute(select(func.pg_advisory_xact_lock(LISTS_LOCK)))
        if session.scalar(_LEADS_TO, {"start": base, "wanted": kept["list_id"]}):
            raise InvalidInput.of(
                "base_list_id",
                phrase("That list is based on this one already."),
                fix=phrase("Choose a list that is not based on {name}.", name=locked.name),
            )


def _target_problems(kept: Mapping[str, Any]) -> Iterable[Problem]:
    if kept["list_id"] is None:
        yield Problem("list_id", phrase("Choose a price list."))
    named = [name for name in _TARGETS if kept[name] is not None]
    for name in named[1:]:
        yield Problem(
            name,
            phrase("A rule is for one product, template, category or brand, or for all."),
        )
    start, end = kept["valid_from"], kept["valid_until"]
    if start is not None and end is not None and start > end:
        yield Problem("valid_until", phrase("The last day lies before the first."))


def _figure_problems(kept: Mapping[str, Any]) -> Iterable[Problem]:
    if kept["method"] == "fixed" and kept["amount"] is None:
        yield Problem("amount", phrase("Say what the price is."))
    for name in ("amount", "min_quantity", "rounding_ending"):
        value = kept[name]
        if value is not None and not 0 <= value < _LARGEST:
            yield Problem(name, phrase("Give a number from 0 to below {most}.", most="10¹⁵"))
    if abs(kept["surcharge"]) >= _LARGEST:
        yield Problem("surcharge", phrase("Give a number below {most}.", most="10¹⁵"))
    step = kept["rounding_step"]
    if step is not None and not 0 < step < _LARGEST:
        yield Problem("rounding_step", phrase("Steps are larger than 0."))
    percent = kept["percent"]
    if kept["method"] == "discount" and not -_MOST_PERCENT <= percent <= 100:
        yield Problem("percent", phrase("At most 100 percent can be taken off."))
    if kept["method"] == "margin" and not -_MOST_PERCENT <= percent < 100:
        yield Problem("percent", phrase("A margin is less than 100 percent of the price."))
    if kept["method"] == "markup" and not -100 <= percent <= _MOST_PERCENT:
        yield Problem("percent", phrase("Add between -100 and 10000 percent to the cost."))


def _require_unit(session: Session, kept: Mapping[str, Any]) -> None:
    """A rule in cartons is for what comes in cartons."""
    unit = session.get(Unit, kept["unit_id"])
    if unit is None:
        raise InvalidInput.of("unit_id", phrase("There is no such unit."))
    if kept["product_id"] is None:
        return
    product = session.get(Product, kept["product_id"])
    own = None if product is None else session.get(Unit, product.unit_id)
    if own is not None and own.category_id != unit.category_id:
        raise InvalidInput.of(
            "unit_id",
            phrase("{unit} cannot be converted into {own}, the stock unit of the product.",
                   unit=unit.name, own=own.name),
        )  # fmt: skip


def _require_alone(session: Session, kept: Mapping[str, Any], rule_id: int | None) -> None:
    """Raise Conflict that names the rule with which this one would overlap. A rule for a while
    comes before one for always, so only rules of the same sort can overlap."""
    same = select(PriceRule).where(
        PriceRule.list_id == kept["list_id"],
        PriceRule.target == target_word(kept),
        func.coalesce(PriceRule.unit_id, 0) == (kept["unit_id"] or 0),
        PriceRule.min_quantity == kept["min_quantity"],
        PriceRule.id != (rule_id or 0),
    )
    dated = kept["valid_from"] is not None or kept["valid_until"] is not None
    with session.no_autoflush:
        others = session.scalars(same).all()
    for other in others:
        if dated != (other.valid_from is not None or other.valid_until is not None):
            continue
        if overlap(kept["valid_from"], kept["valid_until"], other.valid_from, other.valid_until):
            raise Conflict(
                phrase("It would overlap with the rule “{rule}” of this list.",
                       rule=rule_title(other)),
                fix=phrase("Change that rule, or give this one another period or quantity."),
                problems=(Problem("min_quantity", phrase("There is another rule.")),),
            )  # fmt: skip


def target_word(kept: Mapping[str, Any]) -> str:
    """What a rule is for, in one word, as the database writes it."""
    named = (f"{name[:-3]}:{kept[name]}" for name in _TARGETS if kept[name] is not None)
    return next(named, "all")
