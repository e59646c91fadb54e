"""How a tenant stands with an addon: included, on trial, licensed, warned, or read-only.

A licence that ends takes nothing away. First there is a warning, before the end and through the
days of grace; after those the addon's documents can be read, printed and exported, and no longer
be written by anybody who comes through a door. They can be written again with the next licence.

The time that counts is never earlier than the highest that was seen (`core.addons.states`), so
setting a clock back extends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from core.tenancy.entitlements import Entitlement

StandingKind = Literal["included", "trial", "licensed", "warning", "read_only"]

WARNING_BEFORE: Final = timedelta(days=14)
"""How long before the end people are told, or a quarter of the licence's time if that is less."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a tenant stands with one addon. `until` is when its licence ends or ended, None where
    nothing ends; from `read_only_at` on its documents can be read alone."""

    kind: StandingKind
    trial: bool = False
    until: datetime | None = None
    read_only_at: datetime | None = None
    revoked: bool = False

    @property
    def is_read_only(self) -> bool:
        return self.kind == "read_only"

    def has_ended(self, now: datetime) -> bool:
        """Whether the licence is over, in its days of grace or after."""
        return self.until is not None and self.until <= now


INCLUDED: Final = Standing("included")


def licensed_standing(licences: Sequence[Entitlement], now: datetime) -> Standing | None:
    """What these licences of one addon come to; None if none of them has begun.

    Licences that follow one another without a gap count as one, so that a renewal in time is
    never heard of.
    """
    begun = [one for one in licences if one.starts_at <= now]
    if not begun:
        return None
    holding = [one for one in begun if one.holds_at(now)]
    return _holding(holding, licences, now) if holding else _ended(begun, now)


def _holding(
    holding: Sequence[Entitlement], licences: Sequence[Entitlement], now: datetime
) -> Standing:
    run = _run_of(holding, licences)
    spans = [(one.ends_at, one.ends_at - one.starts_at) for one in run if one.ends_at is not None]
    if len(spans) < len(run):
        return Standing("licensed")
    # The one that ends last decides: a shorter one that ends meanwhile must not end a warning.
    end, length = max(spans)
    trial = all(one.trial for one in holding)
    soon = end - now <= min(WARNING_BEFORE, length / 4)
    kind: StandingKind = "warning" if soon else "trial" if trial else "licensed"
    begun = [one for one in licences if one.starts_at <= now]
    return Standing(kind, trial, end, max(map(_grace_ends, {*run, *begun})))


def _ended(begun: Sequence[Entitlement], now: datetime) -> Standing:
    last = max(begun, key=lambda one: (_grace_ends(one), one.starts_at))
    read_only_at = _grace_ends(last)
    kind: StandingKind = "warning" if now < read_only_at else "read_only"
    return Standing(kind, last.trial, last.ends_at, read_only_at, last.revoked_at is not None)


def _run_of(
    holding: Sequence[Entitlement], licences: Sequence[Entitlement]
) -> Sequence[Entitlement]:
    """Those that hold now, and those that follow them without a gap."""
    run = list(holding)
    for one in sorted(licences, key=lambda one: one.starts_at):
        if one not in run and any(_reaches(each, one.starts_at) for each in run):
            run.append(one)
    return run


def _reaches(one: Entitlement, moment: datetime) -> bool:
    return one.starts_at <= moment and (one.ends_at is None or moment <= one.ends_at)


def _grace_ends(one: Entitlement) -> datetime:
    assert one.ends_at is not None, "asked only of licences that end"
    return one.ends_at if one.revoked_at is not None else one.ends_at + one.grace
