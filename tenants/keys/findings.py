"""What `aorabooks doctor` says of the master keys and what is sealed under them."""

from __future__ import annotations

from collections.abc import Iterable

from core.db.sealed import Held
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.health import Finding
from tenants.keys.databases import look_into


def look(kernel: Kernel, tenant: Tenant) -> Finding:
    """What a company keeps sealed, or the control plane, each value opened. `aorabooks secrets`
    looks into all of them."""
    with kernel.session(tenant, readonly=True) as session:
        found = look_into(session, kernel, opens=True)
    listed = kernel.secrets.key_ids
    wrong = list(_wrong(found, listed))
    older = sum(each.values for each in found if each.key_id in listed[1:])
    if older:
        wrong.append(phrase("{count} need an older key: aorabooks secrets rotate", count=older))
    figure = phrase("{count} values", count=sum(each.values for each in found))
    return Finding("secrets", not wrong, figure, "; ".join(wrong))


def _wrong(found: Iterable[Held], listed: tuple[str, ...]) -> Iterable[str]:
    for each in found:
        where = f"{each.place}: {each.values}"
        if each.key_id not in listed:
            yield phrase(
                "{where} under {key}, which is not among the master keys: put it behind the first",
                where=where,
                key=each.key_id,
            )
        elif each.shut:
            yield phrase("{where}, {count} do not open", where=where, count=each.shut)
