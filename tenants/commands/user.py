"""`aorabooks user ...`: the users of a tenant, for whoever holds the machine."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from core.auth import api_tokens, reset, users
from core.auth.explanation import explain_for
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.clock import utc_now
from core.errors import NotFound
from tenants.commands.console import AsJson, TenantOption, print_fields, print_json
from tenants.commands.opening import COMMAND_LINE, opened_for
from tenants.control import origin

app = typer.Typer(no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The user's e-mail address.")]


@app.command()
def create(
    email: Email,
    tenant: TenantOption,
    name: Annotated[str, typer.Option(help="The user's name; default: from the address.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="A role's code; may be given several times.")
    ] = None,
    admin: Annotated[bool, typer.Option("--admin", help="Make an administrator.")] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="For a program: it comes in by tokens alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a user with a one-time password, to be changed at the first sign-in."""
    roles = [*(role or ()), *([ADMIN_ROLE] if admin else [])]
    with opened_for(tenant) as (kernel, found):
        password = None if no_password else users.one_time_password()
        with kernel.session(found, actor=COMMAND_LINE) as session:
            user = users.create_user(
                session,
                email=email,
                name=name or email.partition("@")[0],
                password=password,
                roles=roles,
                must_change_password=password is not None,
            )
            made = {"email": user.email, "name": user.name, "roles": roles}
    shown = {} if password is None else {"one_time_password": password}
    (print_json if as_json else print_fields)({**made, **shown})


@app.command("reset")
def reset_(email: Email, tenant: TenantOption, as_json: AsJson = False) -> None:
    """Make a link by which a user who cannot sign in chooses a new password."""
    with (
        opened_for(tenant) as (kernel, found),
        kernel.session(found, actor=COMMAND_LINE) as session,
    ):
        link = reset.reset_link(
            session, _user(session, email), origin=origin(kernel.config, found.slug)
        )
    (print_json if as_json else print_fields)({"email": email, "link": link})


@app.command()
def token(
    email: Email,
    tenant: TenantOption,
    name: Annotated[str, typer.Option(help="What the token is for.")],
    ability: Annotated[
        list[str] | None, typer.Option(help="A permission's code; may be given several times.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="Days until it expires.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make an API token for a user; it is shown this once."""
    with (
        opened_for(tenant) as (kernel, found),
        kernel.session(found, actor=COMMAND_LINE) as session,
    ):
        expires_at = utc_now() + timedelta(days=days)
        made = api_tokens.create_token(
            session,
            _user(session, email),
            name=name,
            abilities=ability or (),
            expires_at=expires_at,
        )
        abilities = made.token.abilities
    shown = {"token": made.secret, "abilities": abilities, "expires_at": expires_at.isoformat()}
    (print_json if as_json else print_fields)(shown)


@app.command()
def explain(
    email: Email,
    permission: Annotated[str, typer.Argument(metavar="PERMISSION", help="Its code.")],
    tenant: TenantOption,
    resource: Annotated[
        str, typer.Option(help="A kind of record, such as accounting.accounts.")
    ] = "",
    record: Annotated[str, typer.Option(help="One record of that kind, by its number.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say why a user may do something, or why not."""
    with (
        opened_for(tenant) as (kernel, found),
        kernel.session(found, actor=COMMAND_LINE, readonly=True) as session,
    ):
        explanation = explain_for(session, email, permission, resource, record)
    if as_json:
        print_json(explanation.as_dict())
        return
    typer.echo("Allowed" if explanation.allowed else "Not allowed")
    for reason in explanation.reasons:
        typer.echo(f"{'+' if reason.holds else '-'} {reason.text}")


def _user(session: Session, email: str) -> User:
    user = users.find_by_email(session, email)
    if user is None:
        raise NotFound(f"There is no user {email}.", fix="`aorabooks user create` makes one.")
    return user
