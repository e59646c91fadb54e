"""A reseller's own catalogue: what they may sell at which cost, and at which price to whom.

The operator makes an offer possible (`allow`); the reseller puts a price on it and shows it
(`offer`). What a customer sees of it all is `offered_to`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.i18n.formats import currency_digits
from core.shop import Period, Unit
from tenants import wishes
from tenants.models import Organization, Reseller
from tenants.selling.models import Offer, OfferCustomer
from tenants.selling.resellers import currency_problems

_TERMS: Final = frozenset({"cost", "cost_currency", "period", "unit"})
_PRICING: Final = frozenset({"price", "currency", "trial_days", "audience", "pitch"})
_HIGHEST: Final = Decimal(10) ** 12


def allow(
    session: Session, reseller: Reseller, addon: str, title: str, terms: Mapping[str, Any]
) -> Offer:
    """Let a reseller sell an addon on these terms: `cost`, `cost_currency`, `period`, `unit`.

    Given again, the terms are set anew, and price and customers stay. Raises InvalidInput with
    every problem.
    """
    found = session.scalar(
        select(Offer)
        .where(Offer.reseller_id == reseller.id, Offer.addon == addon)
        .with_for_update()
    )
    terms = {"cost_currency": reseller.currency, **terms}
    wishes.refuse(_terms_problems(terms))
    if found is None:
        found = Offer(
            reseller_id=reseller.id,
            addon=addon,
            title=title,
            currency=terms["cost_currency"],
        )
        session.add(found)
    found.title = title
    _set(found, _TERMS, terms)
    session.flush()
    return found


def set_terms(session: Session, offer: Offer, terms: Mapping[str, Any]) -> None:
    """Change what an addon costs a reseller; raises InvalidInput with every problem."""
    wishes.refuse(_terms_problems({"cost_currency": offer.cost_currency, **terms}))
    _set(offer, _TERMS, terms)
    session.flush()


def offer(session: Session, offer: Offer, values: Mapping[str, Any]) -> None:
    """Set what is given of `price`, `currency`, `trial_days`, `audience` (nobody, everyone or
    chosen), `pitch`, and the `customers` that are chosen, by their ids.

    Raises InvalidInput with every problem: a price is needed before anybody is shown it, and
    nobody can be chosen who is another reseller's customer.
    """
    planned = {name: values.get(name, getattr(offer, name)) for name in _PRICING}
    chosen = values.get("customers")
    strangers = [] if chosen is None else _strangers(session, offer, chosen)
    wishes.refuse([*_pricing_problems(planned), *strangers])
    _set(offer, _PRICING, values)
    if chosen is not None:
        _choose(offer, chosen)
    session.flush()


def offered_to(session: Session, organization: Organization) -> Sequence[Offer]:
    """What an organization's reseller offers it now, by addon."""
    if organization.reseller_id is None:
        return ()
    chosen = select(OfferCustomer.offer_id).where(OfferCustomer.organization_id == organization.id)
    shown = (Offer.audience == "everyone") | ((Offer.audience == "chosen") & Offer.id.in_(chosen))
    sold = (
        select(Offer)
        .join(Reseller)
        .where(Offer.reseller_id == organization.reseller_id, Reseller.status == "active", shown)
    )
    return session.scalars(sold.order_by(Offer.addon)).all()


def withdraw(session: Session, offer: Offer) -> None:
    """Let the reseller sell it no longer. Licences that were issued go on until they end."""
    session.delete(offer)
    session.flush()


def _set(offer: Offer, names: frozenset[str], values: Mapping[str, Any]) -> None:
    for name in names & values.keys():
        setattr(offer, name, values[name] if name == "price" else values[name] or _none_of(name))


def _none_of(name: str) -> Any:
    """What an empty field stands for."""
    return {"trial_days": 0, "cost": Decimal(0), "audience": "nobody"}.get(name, "")


def _choose(offer: Offer, ids: Iterable[str]) -> None:
    wanted = list(dict.fromkeys(ids))
    kept = {each.organization_id: each for each in offer.customers}
    offer.customers = [kept.get(one) or OfferCustomer(organization_id=one) for one in wanted]


def _strangers(session: Session, offer: Offer, ids: Iterable[str]) -> list[Problem]:
    wanted = set(ids)
    theirs = select(Organization.id).where(
        Organization.id.in_(wanted), Organization.reseller_id == offer.reseller_id
    )
    if wanted == set(session.scalars(theirs)):
        return []
    return [Problem("customers", phrase("Choose customers of this reseller alone."))]


def _terms_problems(terms: Mapping[str, Any]) -> list[Problem]:
    currency = terms["cost_currency"]
    problems = currency_problems("cost_currency", currency)
    if "cost" in terms and not problems:
        problems += _amount_problems("cost", terms["cost"], currency)
    for name, known in (("period", get_args(Period)), ("unit", get_args(Unit))):
        if terms.get(name, known[0]) not in known:
            sentence = phrase("Choose one of {choices}.", choices=", ".join(known))
            problems.append(Problem(name, sentence))
    return problems


def _pricing_problems(planned: Mapping[str, Any]) -> list[Problem]:
    problems = currency_problems("currency", planned["currency"])
    if planned["price"] is not None and not problems:
        problems += _amount_problems("price", planned["price"], planned["currency"])
    if planned["price"] is None and planned["audience"] != "nobody":
        sentence = phrase("Give a price before anybody is shown this; 0 is a price, too.")
        problems.append(Problem("price", sentence))
    if not 0 <= (planned["trial_days"] or 0) <= 365:
        sentence = phrase("A trial lasts between 1 and 365 days; 0 is none.")
        problems.append(Problem("trial_days", sentence))
    return problems


def _amount_problems(field: str, amount: Decimal, currency: str) -> list[Problem]:
    digits = currency_digits(currency)
    if amount is None or not 0 <= amount < _HIGHEST:
        return [Problem(field, phrase("Give an amount of 0 or more."))]
    if round(amount, digits) != amount:
        sentence = phrase(
            "Amounts in {currency} have at most {digits} digits after the point.",
            currency=currency,
            digits=digits,
        )
        return [Problem(field, sentence)]
    return []


def require_offer(session: Session, organization: Organization, addon: str) -> Offer:
    """What the organization is offered of this addon; raises InvalidInput where it is nothing."""
    found = [each for each in offered_to(session, organization) if each.addon == addon]
    if not found:
        raise InvalidInput.of("addon", phrase("This addon is not offered to you."))
    return found[0]
