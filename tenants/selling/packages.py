"""An organization's package: the addons that it may switch on without a licence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.catalog import LoadedAddon
from core.errors import InvalidInput, Problem
from core.i18n import phrase
from tenants import wishes
from tenants.models import Organization


def set_package(
    session: Session,
    organization: Organization,
    names: Iterable[str] | None,
    *,
    addons: Mapping[str, LoadedAddon],
) -> None:
    """Grant these addons and no others, or all there are and will be (None).

    What is left out and switched on stops working, its data kept. What others need is granted
    with them, so that nothing is granted that cannot work. Raises InvalidInput for a name that
    neither an installed addon has, nor the package had before.
    """
    package = None if names is None else set(wishes.package_of(names, addons))
    if package is not None:
        known = {n for n, a in addons.items() if not a.manifest.control} - {"core"}
        unknown = package - known - set(organization.allowed_addons or ())
        if unknown:
            raise InvalidInput(
                phrase("There is no addon {names}.", names=", ".join(sorted(unknown))),
                problems=tuple(
                    Problem("addons", phrase("There is no addon {names}.", names=name))
                    for name in sorted(unknown)
                ),
            )
    for each in (organization, *_samples(session, organization)):
        each.allowed_addons = None if package is None else sorted(package)
    session.flush()


def _samples(session: Session, organization: Organization) -> list[Organization]:
    """Its sample company, which may do what it may."""
    return list(
        session.scalars(select(Organization).where(Organization.sample_of == organization.id))
    )
