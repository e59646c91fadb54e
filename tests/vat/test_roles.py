"""Whoever keeps the books may do their VAT as well, in the measure of their role; who does VAT
alone has roles of its own; what the admin takes away stays away."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.purging import confirmation_for
from core.auth import roles
from core.auth.models import Role
from core.declare import Scope
from core.kernel import Kernel
from tenants.testing.tenants import fresh_tenant

FILE, PREPARE, SEE = "vat.return.file", "vat.return.prepare", "vat.taxes.view"


def _held(session: Session, code: str) -> dict[str, str]:
    role = session.scalars(select(Role).where(Role.code == code)).one()
    return {one.permission: one.scope for one in role.permissions}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("accounting.accountant", {SEE, PREPARE, FILE, "vat.taxes.edit", "vat.return.pay"}),
        ("accounting.bookkeeper", {SEE, PREPARE}),
        ("accounting.auditor", {SEE}),
    ],
)
def test_a_role_of_the_books_brings_its_part_of_vat(
    session: Session, role: str, may: set[str]
) -> None:
    assert {code for code in _held(session, role) if code.startswith("vat.")} == may


def test_an_accountant_needs_no_second_role(as_user: Callable[..., httpx.Client]) -> None:
    browser = as_user("accounting.accountant")
    assert browser.get("/vat/returns").status_code == 200
    assert browser.get("/vat/setup").status_code == 200
    bookkeeper = as_user("accounting.bookkeeper")
    assert bookkeeper.get("/vat/returns/new").status_code == 200
    assert bookkeeper.get("/vat/payments/new").status_code == 403


def test_tax_roles_alone_open_no_books(as_user: Callable[..., httpx.Client]) -> None:
    browser = as_user("vat.accountant")
    assert browser.get("/vat/returns").status_code == 200
    assert browser.get("/accounting/entries").status_code == 403


def test_what_the_admin_took_away_stays_away_when_the_addon_comes_back(kernel: Kernel) -> None:
    with fresh_tenant(kernel, "vat-roles", addons=("contacts", "accounting", "vat")) as tenant:
        with kernel.session(tenant) as session:
            role = session.scalars(select(Role).where(Role.code == "accounting.accountant")).one()
            held = {one.permission: one.scope for one in role.permissions}
            kept: dict[str, Scope] = {code: "all" for code in held if code != FILE}
            roles.set_grants(session, role, kept)
        lifecycle.disable(kernel, tenant, "vat")
        lifecycle.enable(kernel, tenant, "vat")
        with kernel.session(tenant) as session:
            held = _held(session, "accounting.accountant")
        assert FILE not in held
        assert PREPARE in held
        lifecycle.disable(kernel, tenant, "vat")
        lifecycle.purge(kernel, tenant, "vat", confirmation=confirmation_for("vat"))
        with kernel.session(tenant) as session:
            held = _held(session, "accounting.accountant")
            assert not [code for code in held if code.startswith("vat.")]
        lifecycle.enable(kernel, tenant, "vat")
        with kernel.session(tenant) as session:
            assert FILE in _held(session, "accounting.accountant")
