"""What the kiosk adds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from core.api import (
    Access,
    Action,
    Column,
    Field,
    Importing,
    Job,
    Json,
    Operations,
    Permission,
    Request,
    Resource,
    Route,
    Schedule,
    Section,
    emit,
    hookimpl,
)

from .events import Sold
from .models import Price, Run, Sale

SELL = Permission("kiosk.sale.sell", "Sell")
PRICES = Permission("kiosk.price.change", "Change prices")


def sell(session: Session, values: Mapping[str, Any]) -> Sale:
    """Sell, and tell who listens."""
    sale = Sale(article=values["article"])
    session.add(sale)
    session.flush()
    emit(session, Sold(sale.id))
    return sale


def double(session: Session, price: Price) -> str:
    """Make it twice as dear."""
    price.amount *= 2
    return "Doubled."


def ring(session: Session, request: Request) -> Json:
    """The till's own call."""
    return Json({"id": sell(session, {"article": request.form.get("article", "Tea")}).id})


def reprice(session: Session, request: Request) -> Json:
    """A call that is none of the till's."""
    session.add(Price(article="Tea", amount=3))
    return Json({})


def ran(job: str, session: Session) -> None:
    """Note that a job ran."""
    session.add(Run(job=job))


def form(title: str, *fields: str) -> tuple[Section, ...]:
    """A form of one section."""
    return (Section(title, tuple(Field(name) for name in fields)),)


SALES = Resource(
    name="sales",
    model=Sale,
    title="Sales",
    singular="Sale",
    access=Access(read=SELL, create=SELL, update=SELL, delete=SELL),
    columns=(Column("article"),),
    record_title=lambda sale: sale.article,
    form=form("Sale", "article"),
    operations=Operations(create=sell),
    never_blocked=True,
)
PRICE_LIST = Resource(
    name="prices",
    model=Price,
    title="Prices",
    singular="Price",
    access=Access(read=PRICES, create=PRICES, update=PRICES, delete=PRICES),
    columns=(Column("article"), Column("amount")),
    record_title=lambda price: price.article,
    form=form("Price", "article", "amount"),
    actions=(Action("double", "Double", PRICES, double, bulk=True),),
    importing=Importing(key=("article",)),
)


@hookimpl
def register_models() -> list[type]:
    return [Sale, Price, Run]


@hookimpl
def register_permissions() -> list[Permission]:
    return [SELL, PRICES]


@hookimpl
def register_resources() -> list[Resource]:
    return [SALES, PRICE_LIST]


@hookimpl
def register_routes() -> list[Route]:
    return [
        Route("POST", "/ring", ring, SELL, never_blocked=True),
        Route("POST", "/reprice", reprice, PRICES),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    every_minute = Schedule("* * * * *")
    return [
        Job("kiosk.close_day", "Close", partial(ran, "close"), every_minute, never_blocked=True),
        Job("kiosk.advertise", "Advertise", partial(ran, "advertise"), every_minute),
        Job("kiosk.asked", "Asked for", partial(ran, "asked")),
    ]
