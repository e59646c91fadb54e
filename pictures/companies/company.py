"""What a company in the pictures is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works there: the name before the @, the name, and the role."""

    login: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class People:
    """The four who appear."""

    manager: Person
    accountant: Person
    storekeeper: Person
    seller: Person

    @property
    def all(self) -> tuple[Person, ...]:
        """One after the other."""
        return (self.manager, self.accountant, self.storekeeper, self.seller)


@dataclass(frozen=True, slots=True)
class Sayings:
    """Sentences of the books and of the conversation beside the pictured order.

    `order_note` holds `{accountant}` for whom it names.
    """

    sale: str
    purchase: str
    rent: str
    salaries: str
    power: str
    receipt: str
    opening: str
    order_note: str
    order_answer: str
    order_activity: str
    order_call: str
    remark: str


@dataclass(frozen=True, slots=True)
class Company:
    """A trading company: where it is, who works there, whom it deals with, what it sells."""

    slug: str
    title: str
    locale: str
    timezone: str
    currency: str
    address: str
    numbers: str
    contact: str
    people: People
    accounts: tuple[tuple[str, str, str, str], ...]
    """Code, name, type and use of each account."""
    journals: tuple[tuple[str, str, str], ...]
    """Code, name and type of each journal."""
    customers: tuple[tuple[str, str, str], ...]
    """Name, city and kind (person or company)."""
    suppliers: tuple[str, ...]
    products: tuple[tuple[str, str, str], ...]
    """Code, name and price."""
    says: Sayings
