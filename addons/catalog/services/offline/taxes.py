"""Taxes as values for those who sell without a network, as a tax engine hands them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

HOME: Final = "home"
"""The treatment of customers for whom the groups' own taxes hold, where the usual customer has
others."""


@dataclass(frozen=True, slots=True)
class OfflineTax:
    """A tax with its rates in percent, each from its day on; the rest is as the engine's."""

    code: str
    name: str
    name_local: str
    kind: str
    included: bool
    compound: bool
    sequence: int
    rates: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """Customers whose taxes differ: from these countries (from any where there is none), from
    abroad alone, registered or not where that is said. `groups` are the codes of a product's taxes
    by its tax group."""

    code: str
    countries: frozenset[str]
    abroad: bool
    registered: bool | None
    groups: Mapping[str, tuple[str, ...]]

    def fits(self, country: str, home: str, registered: bool) -> bool:
        """Whether a customer is one of them."""
        if self.abroad and (not country or country == home):
            return False
        if self.countries and country not in self.countries:
            return False
        return self.registered is None or self.registered == registered


@dataclass(frozen=True, slots=True)
class OfflineTaxes:
    """All that documents are taxed by. `tax_number` is the company's. `groups` are a product's
    taxes at home by its tax group; the first of the `treatments` that fits a customer takes their
    place."""

    rounding: Literal["line", "document"]
    home: str = ""
    tax_number: str = ""
    rules: tuple[OfflineTax, ...] = ()
    groups: Mapping[str, tuple[str, ...]] | None = None
    treatments: tuple[Treatment, ...] = ()

    @property
    def usual(self) -> Mapping[str, tuple[str, ...]]:
        """The groups of a customer who is nobody in particular: a consumer at home."""
        found = self._fitting("", False)
        return found.groups if found else self.groups or {}

    @property
    def named_treatments(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """The groups of each treatment that `treatment_of` may name, by its name."""
        return {HOME: self.groups or {}, **{one.code: one.groups for one in self.treatments}}

    def treatment_of(self, country: str, registered: bool) -> str | None:
        """The treatment of a customer, where it gives other taxes than the usual one's."""
        found = self._fitting(country, registered)
        given = found.groups if found else self.groups or {}
        if given == self.usual:
            return None
        return found.code if found else HOME

    def _fitting(self, country: str, registered: bool) -> Treatment | None:
        country = country or self.home
        return next(
            (one for one in self.treatments if one.fits(country, self.home, registered)), None
        )
