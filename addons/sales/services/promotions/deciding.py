"""Which promotions give what on a basket, and why the others do not.

One pure function, for the server and for a till without a network: the same values give the same
answer, the order of lines does not matter, and what it gives is no part of what it is asked, so
that asking twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from addons.sales.services.promotions.conditions import counted, coupon_of, given, misses
from addons.sales.services.promotions.effects import apply
from addons.sales.services.promotions.rules import Basket, BasketLine, Decision, Judgement, Rule
from addons.sales.services.promotions.sharing import Work


def decide(rules: Iterable[Rule], basket: Basket) -> Decision:
    """What these promotions give. Each takes from what those before it left; one that goes with no
    other is tried like the rest, holds only where nothing was given before, and ends the round."""
    work = Work.of(basket.lines, basket.step)
    judgements: list[Judgement] = []
    closed: set[str] = set()
    ended = False
    for rule in sorted(rules, key=lambda rule: (rule.priority, rule.id)):
        missed = misses(rule, basket)
        if missed is None and (ended or (rule.stacking == "alone" and work.grants)):
            missed = "alone"
        if missed is not None:
            judgements.append(Judgement(rule.id, rule.name, missed))
            continue
        before = len(work.grants)
        judged = _try(rule, work, closed)
        judgements.append(replace(judged, coupon=coupon_of(rule, basket)))
        touched = {grant.key for grant in work.grants[before:]}
        ended = rule.stacking == "alone" and bool(touched)
        closed |= touched if rule.stacking == "lines" else set()
    return Decision(tuple(work.grants), tuple(work.offers), tuple(judgements))


def _try(rule: Rule, work: Work, closed: set[str]) -> Judgement:
    taken = set(closed)
    if rule.stacking == "lines":
        taken |= {grant.key for grant in work.grants}
    open_lines = [line for line in work.lines if line.key not in taken]
    if not _is_about(rule, open_lines):
        return Judgement(rule.id, rule.name, "taken" if _is_about(rule, work.lines) else "products")
    return apply(rule, work, open_lines)


def _is_about(rule: Rule, lines: list[BasketLine]) -> bool:
    if not counted(rule, lines):
        return False
    return rule.kind in ("gift", "buy_get") or bool(given(rule, lines))
