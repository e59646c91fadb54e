"""`aorabooks reseller ...`: who sells to organizations, what, and who works for them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth import users
from core.clock import utc_now
from core.errors import InvalidInput, NotFound
from core.kernel import Kernel
from tenants.commands.console import AsJson, print_fields, print_json, print_table
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.control import control
from tenants.models import Organization, Reseller
from tenants.selling import catalogue, grants, offers, resellers
from tenants.selling.models import Offer

app = typer.Typer(no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="RESELLER", help="Its slug.")]


@app.command()
def create(
    slug: Slug,
    title: Annotated[str, typer.Option(help="Its name.")] = "",
    email: Annotated[str, typer.Option(help="Where customers reach it.")] = "",
    phone: Annotated[str, typer.Option(help="Its telephone.")] = "",
    website: Annotated[str, typer.Option(help="Such as https://delta.example.")] = "",
    currency: Annotated[str, typer.Option(help="What new prices are in, such as SAR.")] = "USD",
    as_json: AsJson = False,
) -> None:
    """Make a reseller."""
    values = {
        "slug": slug,
        "title": title or slug,
        "email": email,
        "phone": phone,
        "website": website,
        "currency": currency.upper(),
    }
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            resellers.create(session, values)
        _show(kernel, slug, as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """All resellers."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        found = [_described(session, each) for each in resellers.every(session)]
    if as_json:
        print_json(found)
        return
    columns = ("slug", "title", "status", "customers", "offers")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="There are no resellers: aorabooks reseller create RESELLER")


@app.command()
def show(slug: Slug, as_json: AsJson = False) -> None:
    """One reseller."""
    with opened() as kernel:
        _show(kernel, slug, as_json)


@app.command()
def staff(
    slug: Slug,
    email: Annotated[
        str | None, typer.Argument(metavar="[EMAIL]", help="A user of the control plane.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Let them go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Who works for a reseller; with EMAIL, let somebody work for it."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        reseller = resellers.find(session, slug)
        if email is not None:
            change = resellers.remove_staff if remove else resellers.add_staff
            change(session, reseller, _user(session, email))
        found = [
            {"email": user.email, "name": user.name} for user in resellers.staff(session, reseller)
        ]
    if as_json:
        print_json(found)
        return
    rows = [[each["email"], each["name"]] for each in found]
    print_table(("email", "name"), rows, empty="Nobody works for it yet.")


@app.command()
def allow(
    slug: Slug,
    addon: Annotated[str, typer.Argument(metavar="ADDON", help="Its name in the catalogue.")],
    cost: Annotated[str, typer.Option(help="What it costs them, such as 40.")] = "0",
    currency: Annotated[str, typer.Option(help="Of the cost; default: the reseller's.")] = "",
    period: Annotated[str, typer.Option(help="month, year or once.")] = "month",
    unit: Annotated[str, typer.Option(help="company, or user for each user.")] = "company",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="They may not any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a reseller sell an addon, and say at which cost."""
    terms = {"cost": _amount(cost), "period": period, "unit": unit}
    if currency:
        terms["cost_currency"] = currency.upper()
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            reseller = resellers.find(session, slug)
            if withdraw:
                offers.withdraw(session, _offer(session, reseller, addon))
            else:
                title = catalogue.title_of(session, addon)
                offers.allow(session, reseller, addon, title, terms)
        _show(kernel, slug, as_json)


@app.command()
def certify(
    slug: Slug,
    addons: Annotated[
        str, typer.Option(help="Names, separated by commas; default: all they sell.")
    ] = "",
    seats: Annotated[
        int | None, typer.Option(min=1, help="Of all their licences together; default: no bound.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="For how long.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Let a reseller issue licences by themselves, in the vendor's name."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            reseller = resellers.find(session, slug)
            sold = select(Offer.addon).where(Offer.reseller_id == reseller.id)
            named = [*filter(None, addons.split(","))] or list(session.scalars(sold))
            grants.certify(
                session,
                kernel.secrets,
                reseller,
                addons=named,
                max_seats=seats,
                until=utc_now() + timedelta(days=days),
            )
        _show(kernel, slug, as_json)


def _show(kernel: Kernel, slug: str, as_json: bool) -> None:
    with kernel.session(control(kernel), readonly=True) as session:
        described = _described(session, resellers.find(session, slug))
    (print_json if as_json else print_fields)(described)


def _described(session: Session, reseller: Reseller) -> dict[str, Any]:
    customers = select(func.count()).where(Organization.reseller_id == reseller.id)
    sold = select(Offer.addon).where(Offer.reseller_id == reseller.id).order_by(Offer.addon)
    certificate = grants.certificate_of(session, reseller)
    return {
        "slug": reseller.slug,
        "title": reseller.title,
        "status": reseller.status,
        "email": reseller.email,
        "phone": reseller.phone,
        "website": reseller.website,
        "currency": reseller.currency,
        "customers": session.scalar(customers),
        "offers": list(session.scalars(sold)),
        "staff": [user.email for user in resellers.staff(session, reseller)],
        "may_license": list(certificate.addons) if certificate is not None else [],
        "licenses_until": certificate.until.isoformat() if certificate is not None else None,
    }


def _offer(session: Session, reseller: Reseller, addon: str) -> Offer:
    theirs = select(Offer).where(Offer.reseller_id == reseller.id, Offer.addon == addon)
    found = session.scalar(theirs)
    if found is None:
        raise NotFound(
            f"{reseller.title} does not sell {addon}.",
            fix=f"`aorabooks reseller show {reseller.slug}` names what they sell.",
        )
    return found


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidInput.of("cost", f"{text!r} is no amount; give one such as 40.") from None


def _user(session: Session, email: str) -> Any:
    user = users.find_by_email(session, email)
    if user is None:
        raise NotFound(
            f"The control plane has no user {email}.",
            fix="`aorabooks user create EMAIL --tenant app` makes one.",
        )
    return user
