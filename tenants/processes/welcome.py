"""What `aorabooks up` does before it serves, and what it says when it does: where to go, and with
which one-time password after the first start."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from core.addons.catalog import Catalog
from core.config import Config
from core.kernel import Kernel
from tenants import first_run, organizations
from tenants.composition import kernel_on
from tenants.control import control, find_cluster, origin
from tenants.first_run import FirstAccount

SHOWN_TENANTS = 10


def prepare(settings: Config, catalog: Catalog) -> str:
    """Make what the first start needs and return the greeting; nothing of it stays open."""
    accounts: list[FirstAccount] = []
    cluster = find_cluster(settings)
    try:
        _tell("Preparing the control plane")
        with kernel_on(settings, cluster, catalog) as kernel:
            if first_run.is_first_run(kernel):
                accounts = list(first_run.set_up(kernel, _tell))
            addresses = _addresses(kernel)
    finally:
        cluster.stop()
    for refused in catalog.refused:
        _tell(f"Left out: {refused.name}: {refused.reason}")
    return _greeting(settings, accounts, addresses)


def _addresses(kernel: Kernel) -> list[tuple[str, str]]:
    with kernel.session(control(kernel), readonly=True) as session:
        found = organizations.every(session)
    shown = [(each.title, origin(kernel.config, each.slug)) for each in found[:SHOWN_TENANTS]]
    if len(found) > SHOWN_TENANTS:
        shown.append((f"and {len(found) - SHOWN_TENANTS} more", "aorabooks tenant list"))
    return [("Control plane", origin(kernel.config, control(kernel).slug)), *shown]


def _greeting(
    settings: Config, accounts: Sequence[FirstAccount], addresses: Sequence[tuple[str, str]]
) -> str:
    if accounts:
        rows = [
            (
                account.tenant.title,
                origin(settings, account.tenant.slug),
                account.email,
                account.one_time_password,
            )
            for account in accounts
        ]
        table = _aligned([("", "address", "e-mail", "one-time password"), *rows])
        remark = "Each password works once: you choose your own when you sign in."
    else:
        table = _aligned([("", "address"), *addresses])
        remark = "A password is lost? aorabooks user reset EMAIL --tenant SLUG"
    return f"\nAorabooks is ready.\n\n{table}\n\n{remark}\nStop with Ctrl-C.\n\n"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
