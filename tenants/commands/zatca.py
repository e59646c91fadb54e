"""`aorabooks zatca`: electronic invoices of a tenant, from the operator's side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy.orm import Session

from core.addons.states import view
from core.addons.upgrading import ensure_current
from core.api import utc_now
from core.errors import Conflict, NotFound
from core.kernel import Kernel
from tenants.commands.console import AsJson, TenantOption, print_json, print_table, tell, working
from tenants.commands.opening import (
    COMMAND_LINE,
    active_tenants,
    find_tenant,
    opened,
    opened_for,
)

if TYPE_CHECKING:
    from addons.zatca.api import Standing

app = typer.Typer()


@app.callback()
def group() -> None:
    """Electronic invoices of Saudi Arabia."""


@app.command()
def doctor(
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="The tenant, by its slug.")],
    as_json: AsJson = False,
) -> None:
    """Verify every link of every chain from the first; exit status 1 where one is not sound."""
    # An addon: no other command waits for its models.
    from addons.zatca.api import examine

    with (
        opened_for(tenant) as (kernel, found),
        working("Verifying chains", silent=as_json),
        kernel.session(found, actor=COMMAND_LINE) as session,
    ):
        if not _issues(session):
            raise _issues_none()
        chains = examine(session)
    if as_json:
        print_json([{**asdict(chain), "sound": chain.sound} for chain in chains])
    else:
        print_table(
            ("device", "documents", "place", "number", "wrong"),
            [
                (chain.device, chain.links, one.counter, one.number, one.message)
                for chain in chains
                for one in chain.complaints
            ],
            empty=f"{sum(chain.links for chain in chains)} documents, all chains are sound.",
        )
    if not all(chain.sound for chain in chains):
        raise typer.Exit(1)


@app.command()
def status(
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="SLUG", help="This one alone.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how electronic invoices stand: devices, what waits, since when and until when it may;
    exit status 1 where something needs a person."""
    with opened() as kernel, working("Looking", silent=as_json):
        slugs = active_tenants(kernel) if tenant is None else [tenant]
        looked = {slug: _standing(kernel, slug) for slug in slugs}
    if tenant is not None and looked[tenant] is None:
        raise _issues_none()
    found = {slug: one for slug, one in looked.items() if one is not None}
    if as_json:
        print_json([{"tenant": slug, **asdict(one)} for slug, one in found.items()])
    else:
        _show(found)
    if any(one.troubles for one in found.values()):
        raise typer.Exit(1)


def _standing(kernel: Kernel, slug: str) -> Standing | None:
    """None where the tenant issues no electronic invoices."""
    from addons.zatca.api import standing

    found = find_tenant(kernel, slug)
    ensure_current(kernel, found)
    with kernel.session(found, actor=COMMAND_LINE, readonly=True) as session:
        return standing(session) if _issues(session) else None


def _show(found: Mapping[str, Standing]) -> None:
    print_table(
        ("tenant", "id", "device", "environment", "state", "certificate ends", "documents"),
        [
            (
                slug,
                device.id,
                device.device,
                device.environment,
                "stopped" if device.stopped_at else device.state,
                _minute(device.certificate_ends),
                ", ".join(f"{state} {count}" for state, count in device.documents.items()),
            )
            for slug, one in found.items()
            for device in one.devices
        ],
        empty="Nobody has registered a device.",
    )
    for slug, one in found.items():
        for line in _remarks(one):
            typer.echo(f"{slug}: {line}")
        for trouble in one.troubles:
            tell(f"{slug}: {trouble.title}. {trouble.cause}")


def _remarks(one: Standing) -> Iterator[str]:
    if one.oldest is not None:
        yield (
            f"the oldest that waits is {one.oldest.number} of {_minute(one.oldest.issued_at)},"
            f" due {_minute(one.oldest.deadline_at)}"
        )
    if one.unmade:
        yield f"{one.unmade} sales without their document"
    for each in one.environments:
        if each.shut_until is not None:
            yield (
                f"{each.failures} calls in a row failed: nothing is sent to {each.environment}"
                f" before {_minute(each.shut_until)}"
            )


def _minute(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _issues(session: Session) -> bool:
    return "zatca.send" in view(session).jobs


def _issues_none() -> NotFound:
    return NotFound("This tenant issues no electronic invoices.", fix="Enable zatca first.")


@app.command()
def archive(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The ZIP to write, new.")],
    tenant: TenantOption,
    device: Annotated[int, typer.Option("--device", help="The device, by its id.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    paper: Annotated[bool, typer.Option("--pdf", help="With each document's PDF/A-3.")] = False,
) -> None:
    """Write what a device signed on these days to a ZIP, however much it is."""
    from addons.zatca.api import ArchiveWanted, device_of, export

    if file.exists():
        raise Conflict(f"{file} is there already.", fix="Name a new file.")
    wanted = ArchiveWanted(device, first.date(), last.date(), paper)
    unfinished = file.with_name(f"{file.name}.part")
    with (
        opened_for(tenant) as (kernel, found),
        working("Writing the archive"),
        kernel.session(found, actor=COMMAND_LINE, readonly=True) as session,
    ):
        device_of(session, device)
        with unfinished.open("wb") as target:
            target.writelines(export(session, wanted))
    unfinished.rename(file)
    tell(f"{file} holds {file.stat().st_size} bytes.")


@app.command()
def samples(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder, new or empty.")],
) -> None:
    """Write one signed document for every scenario, to be put before any validator.

    All are links of one chain: index.csv names the previous hash that each must have, its own, and
    its QR code. They are signed by a key made for them, under a certificate of nobody.
    """
    from addons.zatca.samples.writing import write_samples

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is not empty.", fix="Name a new folder.")
    count = write_samples(folder, utc_now())
    tell(f"{count} documents in {folder}; index.csv says what each must be.")
