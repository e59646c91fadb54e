"""`aorabooks tenant ...`: make organizations, look at them, stop and resume serving them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from core.kernel import Kernel
from tenants import organizations
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, note_access, opened
from tenants.control import control
from tenants.models import Organization
from tenants.provisioning.create import create_tenant
from tenants.provisioning.rotate import rotate as rotate_credentials
from tenants.selling import packages, resellers
from tenants.wishes import NewOrganization

app = typer.Typer(no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Its name in addresses.")]


@app.command()
def create(
    slug: Slug,
    title: Annotated[str, typer.Option(help="The organization's name.")] = "",
    addons: Annotated[
        str | None, typer.Option(help="Addons to enable, separated by commas; default: all.")
    ] = None,
    domain: Annotated[
        list[str] | None, typer.Option(help="A domain of its own; may be given several times.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Such as Asia/Riyadh.")] = "UTC",
    locale: Annotated[str, typer.Option(help="Language: en, ar or bn.")] = "en",
    reseller: Annotated[str, typer.Option(help="The reseller whose customer it is.")] = "",
    package: Annotated[
        str | None,
        typer.Option(
            help="Addons that need no licence here, separated by commas; default: all, and for a"
            " reseller's customer those of --addons."
        ),
    ] = None,
    region: Annotated[str, typer.Option(help="Where its data is to lie, as servers say.")] = "",
    server: Annotated[str, typer.Option(help="The database server to put it on.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a tenant with a database of its own; finishes one that is half made."""
    granted = addons or "" if package is None and reseller else package
    wish = NewOrganization(
        slug=slug,
        title=title,
        addons=_names(addons),
        domains=tuple(domain or ()),
        timezone=timezone,
        locale=locale,
        package=_names(granted),
        region=region,
        server=server,
    )
    with opened() as kernel:
        if reseller:
            with kernel.session(control(kernel), readonly=True) as session:
                wish = replace(wish, reseller_id=resellers.find(session, reseller).id)
        with working(f"Making {slug}", silent=as_json) as progress:
            create_tenant(kernel, wish, progress)
        show_tenant(kernel, slug, as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """All tenants."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        found = [_described(kernel, each) for each in organizations.every(session)]
    if as_json:
        print_json(found)
        return
    columns = ("slug", "title", "status", "address", "domains")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="There are no tenants yet: aorabooks tenant create SLUG")


@app.command()
def show(slug: Slug, as_json: AsJson = False) -> None:
    """One tenant."""
    with opened() as kernel:
        show_tenant(kernel, slug, as_json)


@app.command()
def suspend(
    slug: Slug,
    reason: Annotated[str, typer.Option(help="Why; kept with the tenant.")] = "",
    as_json: AsJson = False,
) -> None:
    """Stop serving a tenant: its members see that it is suspended, its jobs pause."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            organizations.suspend(session, organizations.find(session, slug), reason)
        show_tenant(kernel, slug, as_json)


@app.command()
def resume(slug: Slug, as_json: AsJson = False) -> None:
    """Serve a suspended tenant again."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            organizations.resume(session, organizations.find(session, slug))
        show_tenant(kernel, slug, as_json)


@app.command()
def domain(
    slug: Slug,
    host: Annotated[str, typer.Argument(metavar="HOST", help="A domain of its own.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take it away again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve a tenant at a domain of its own, too, on your word for it; the tenant reads whose."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            found = organizations.find(session, slug)
            if remove:
                organizations.remove_domain(session, found, host)
            else:
                base = kernel.config.base_domain
                organizations.add_domain(session, found, host, base_domain=base)
        tenant = kernel.directory.find_slug(slug)
        if tenant is not None:
            note_access(kernel, tenant)
        show_tenant(kernel, slug, as_json)


@app.command()
def rotate(slug: Slug, as_json: AsJson = False) -> None:
    """Give a tenant new database credentials while it is used."""
    with opened() as kernel:
        with working(f"Giving {slug} new credentials", silent=as_json):
            finished = rotate_credentials(kernel, slug)
        if not finished:
            tell("The old credentials are still at work; they are retired as soon as they are not.")
        show_tenant(kernel, slug, as_json)


@app.command()
def package(
    slug: Slug,
    allow: Annotated[
        str | None, typer.Option(help="These addons and no others, separated by commas.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All addons.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show or set the addons that a tenant may switch on without a licence; free ones always."""
    with opened() as kernel:
        if everything or allow is not None:
            names = None if everything else _names(allow)
            with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
                found = organizations.find(session, slug)
                packages.set_package(session, found, names, addons=kernel.catalog.addons)
        show_tenant(kernel, slug, as_json)


@app.command()
def sell(
    slug: Slug,
    reseller: Annotated[
        str, typer.Argument(metavar="[RESELLER]", help="Whose customer it is; nobody's if empty.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make a tenant a reseller's customer, or nobody's but the operator's."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            seller = resellers.find(session, reseller) if reseller else None
            resellers.assign(session, organizations.find(session, slug), seller)
        show_tenant(kernel, slug, as_json)


@app.command()
def backup(slug: Slug, as_json: AsJson = False) -> None:
    """Back up a tenant now."""
    from tenants.commands.backup import back_up

    back_up(slug, as_json)


@app.command()
def revert(
    slug: Slug,
    confirm: Annotated[
        str, typer.Option(metavar="SLUG", help="The slug again, where none is typed.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put a tenant back to its newest backup; its database as it is now is put aside."""
    from tenants.commands.backup import revert_to_newest

    revert_to_newest(slug, confirm, as_json)


def _names(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(filter(None, text.split(",")))


def show_tenant(kernel: Kernel, slug: str, as_json: bool) -> None:
    """Print one tenant."""
    with kernel.session(control(kernel), readonly=True) as session:
        described = _described(kernel, organizations.find(session, slug))
    (print_json if as_json else print_fields)(described)


def _described(kernel: Kernel, organization: Organization) -> dict[str, Any]:
    return {
        "slug": organization.slug,
        "title": organization.title,
        "status": organization.status,
        "suspended_reason": organization.suspended_reason,
        "address": f"{organization.slug}.{kernel.config.base_domain}",
        "domains": [domain.host for domain in organization.domains],
        "reseller": organization.reseller.slug if organization.reseller else None,
        "package": organization.allowed_addons,
        "timezone": organization.timezone,
        "locale": organization.locale,
        "copy_of": organization.copy_of,
        "staging": organization.staging,
        "id": organization.id,
        "database": organization.database_name,
        "created_at": organization.created_at.isoformat(timespec="seconds"),
    }
