"""How far a company's licences reach: seats of addons, and quotas of the company.

Limits are asked when something is added. What is there already is never taken away, so nobody is
locked out when a licence becomes smaller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.addons.states import TenantState, time_that_counts
from core.db.session import binding
from core.errors import Conflict
from core.tenancy.entitlements import Entitlement


class LimitReached(Conflict):
    """The licences allow no more of something; `fix` says how there can be more."""

    code = "limit-reached"


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so much, of these addons; empty `addons` are all."""

    most: int
    addons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """The seats of each addon, and the quotas by name. What is not named has no bound."""

    seats: Mapping[str, int] = field(default_factory=dict)
    quotas: Mapping[str, Quota] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.seats or self.quotas)


NONE = Limits()


def limits_of(session: Session) -> Limits:
    """The limits of the session's tenant at this moment."""
    bound = binding(session)
    tenant = bound.tenant
    if not tenant.entitlements:
        return NONE
    state: TenantState = bound.context["state"]
    now = time_that_counts(tenant, state.rows)
    # What the package includes needs no licence, and so no seat of one.
    licensed = {n for n in state.enabled if n in state.standings and _has_end(state, n)}
    counting = {name: _counting(_about(tenant.entitlements, name), now) for name in licensed}
    return Limits(
        seats={name: most for name, own in counting.items() if (most := _sum_of_seats(own))},
        quotas=_quotas(_counting(tenant.entitlements, now)),
    )


def _has_end(state: TenantState, name: str) -> bool:
    return state.standings[name].kind != "included"


def _about(entitlements: Iterable[Entitlement], name: str) -> Sequence[Entitlement]:
    return [one for one in entitlements if name in one.addons]


def _counting(entitlements: Sequence[Entitlement], now: datetime) -> Sequence[Entitlement]:
    """Those that hold; where none does any more, the last that did."""
    holding = [one for one in entitlements if one.holds_at(now)]
    if holding:
        return holding
    ended = [one for one in entitlements if one.starts_at <= now and one.ends_at is not None]
    last = max((one.ends_at for one in ended if one.ends_at), default=None)
    return [one for one in ended if one.ends_at == last]


def _sum_of_seats(licences: Sequence[Entitlement]) -> int | None:
    """None where one of them has no bound, or there is none."""
    seats = [one.seats for one in licences]
    known = [number for number in seats if number is not None]
    return sum(known) if known and len(known) == len(seats) else None


def _quotas(licences: Sequence[Entitlement]) -> dict[str, Quota]:
    found: dict[str, Quota] = {}
    for one in licences:
        for name, most in one.quotas.items():
            before = found.get(name, Quota(0))
            found[name] = Quota(before.most + most, before.addons | one.addons)
    return found
