"""`aorabooks licence ...`: issue licences, add those that were sent, look at them, take them back.

The keys have commands of their own below `licence key` (`licence_key`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from addon_registry.licences import licence as texts
from addon_registry.licences.licence import Terms
from core.clock import utc_now
from core.errors import InvalidInput
from core.kernel import Kernel
from tenants import organizations
from tenants.commands import licence_key
from tenants.commands.addon_package import PASSPHRASE
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell
from tenants.commands.licence_reading import described, receive
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing import renewal as licence_renewal
from tenants.licensing import revocations as licence_revocations
from tenants.licensing.keys import Issuer
from tenants.licensing.models import OrganizationLicence

app = typer.Typer(no_args_is_help=True)
app.add_typer(licence_key.app, name="key")

Serial = Annotated[str, typer.Argument(metavar="SERIAL", help="Its serial, or how it begins.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The vendor's private key, if not held here."),
]
Until = Annotated[str, typer.Option("--until", metavar="DATE", help="Its last day is before it.")]
Days = Annotated[int, typer.Option("--days", min=0, help="Instead of a date: so many days.")]


@app.command()
def issue(
    organization: Annotated[
        str, typer.Argument(metavar="SLUG", help="The tenant; or an id with --elsewhere.")
    ],
    addon: Annotated[
        list[str], typer.Option("--addon", metavar="NAME", help="An addon; may be repeated.")
    ],
    until: Until = "",
    days: Days = 0,
    forever: Annotated[bool, typer.Option("--forever", help="Without an end.")] = False,
    seats: Annotated[int | None, typer.Option(min=1, help="Users of each addon.")] = None,
    quota: Annotated[
        list[str] | None, typer.Option(metavar="NAME=N", help="Such as users=20; repeatable.")
    ] = None,
    grace: Annotated[int, typer.Option(min=0, help="Days of grace after its end.")] = 14,
    trial: Annotated[bool, typer.Option("--trial", help="It is a trial.")] = False,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="For a tenant of another deployment.")
    ] = False,
    key: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Issue a licence, signed by the vendor; it counts here at once, and is printed as text."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        held_by = organization if elsewhere else organizations.find(session, organization).id
        now = utc_now()
        terms = Terms(
            organization_id=held_by,
            addons=tuple(addon),
            starts_at=now.replace(microsecond=0),
            until=None if forever else _end(until, days),
            grace_days=grace,
            seats=seats,
            quotas=_quotas(quota or ()),
            trial=trial,
        )
        issuer = _vendor(kernel, session, key)
        if elsewhere:
            token = texts.issue(terms, issuer.key, at=now)
            _told({"organization": held_by, "token": token}, token, as_json)
            return
        row = licences.issue(session, issuer, terms)
        _told({**described(row), "token": row.token}, row.token, as_json)


@app.command()
def show(
    slug: Annotated[str, typer.Argument(metavar="[SLUG]", help="One tenant's alone.")] = "",
    serial: Annotated[str, typer.Option(help="One licence, with its text.")] = "",
    as_json: AsJson = False,
) -> None:
    """Licences: all, those of a tenant, or one."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        if serial:
            row = licences.get(session, serial)
            shown = {**described(row), "token": row.token}
            print_json(shown) if as_json else print_fields(shown)
            return
        rows = _rows(session, slug)
        found = [described(row) for row in rows]
    if as_json:
        print_json(found)
        return
    columns = ("serial", "tenant", "addons", "seats", "until", "grace_days", "trial", "state")
    table = [[each[column] for column in columns] for each in found]
    print_table(columns, table, empty="There are no licences: aorabooks licence issue SLUG")


@app.command()
def add(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The signed text; - reads it here.")],
    as_json: AsJson = False,
) -> None:
    """Add what was sent as signed text: a licence, a certificate, or a list of revocations."""
    text = _text(file)
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        shown = receive(session, text)
    print_json(shown) if as_json else print_fields(shown)


@app.command()
def renew(
    serial: Annotated[str, typer.Argument(metavar="[SERIAL]", help="A licence issued here.")] = "",
    until: Until = "",
    days: Days = 0,
    key: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Renew a licence with the vendor's key; without a serial, ask the licence server now."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        if serial:
            row = licences.get(session, serial)
            issuer = _vendor(kernel, session, key)
            new = licences.renew(session, issuer, row, _end(until, days))
            _told({**described(new), "token": new.token}, new.token, as_json)
            return
        outcome = licence_renewal.renew_now(session)
        shown: dict[str, Any] = {
            "licences": outcome.licences,
            "lists": outcome.lists,
            "refused": list(outcome.refused),
        }
    print_json(shown) if as_json else print_fields(shown)


@app.command()
def revoke(
    serial: Serial,
    reason: Annotated[str, typer.Option(help="Why; whoever holds it is told.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take a licence back at once: its addons can be read, and no longer changed."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        row = licences.get(session, serial)
        licences.revoke(session, row, reason)
        shown = described(row)
    print_json(shown) if as_json else print_fields(shown)


@app.command()
def revocations(key: KeyFile = None, as_json: AsJson = False) -> None:
    """The signed list of all that was revoked here, for deployments elsewhere."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        token = licence_revocations.publish(session, _vendor(kernel, session, key))
    _told({"token": token}, token, as_json)


def _told(shown: dict[str, Any], token: str, as_json: bool) -> None:
    """The signed text alone on stdout, so that it can be written to a file."""
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        if name != "token":
            tell(f"{name}: {value}")
    typer.echo(token)


def _vendor(kernel: Kernel, session: Session, key: Path | None) -> Issuer:
    if key is None:
        return licence_keys.vendor(session, kernel.secrets)
    return licence_keys.vendor_with(key, licence_key.passphrase(PASSPHRASE))


def _rows(session: Session, slug: str) -> list[OrganizationLicence]:
    if slug:
        return licences.of_organization(session, organizations.find(session, slug).id)
    return list(session.scalars(select(OrganizationLicence).order_by(OrganizationLicence.id)))


def _end(until: str, days: int) -> datetime:
    if bool(until) == bool(days):
        raise InvalidInput.of("until", "Say when it ends: --until 2027-12-31, or --days 365.")
    if days:
        return utc_now().replace(microsecond=0) + timedelta(days=days)
    try:
        return datetime.combine(date.fromisoformat(until), time(), UTC)
    except ValueError:
        raise InvalidInput.of("until", f"{until!r} is no day such as 2027-12-31.") from None


def _quotas(given: Iterable[str]) -> dict[str, int]:
    found = {}
    for each in given:
        name, _, number = each.partition("=")
        if not number.isdecimal():
            raise InvalidInput.of("quota", f"{each!r} is no quota such as users=20.")
        found[name] = int(number)
    return found


def _text(file: str) -> str:
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.of("file", f"{file} cannot be read: {error}.") from error
