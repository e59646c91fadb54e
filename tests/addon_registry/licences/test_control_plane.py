"""What the control plane accepts, what it issues, and how it takes back.

It keeps a licence only for an organization of its own, counts the seats that a reseller gives out,
takes lists of revocations in one direction, and never believes a column where a signature says
otherwise.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from addon_registry import keys
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.licence import Terms, issue
from addon_registry.licences.revocations import Revocation, sign_list
from core.addons.states import TenantState
from core.errors import AppError, Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing import revocations as licence_revocations
from tenants.licensing.models import LicenceCertificate, LicenceWatch, OrganizationLicence
from tenants.licensing.watch import note_time, read_clock
from tests.addon_registry.licences.conftest import DAY, Vendor, current

StateOf = Callable[[Tenant], TenantState]


@pytest.fixture
def board(kernel: Kernel, shop: Tenant) -> Iterator[Session]:
    """A session of the control plane whose work is thrown away, before the shop is removed."""
    with kernel.session(control(kernel)) as session:
        yield session
        session.rollback()


def terms(tenant: Tenant, *, days: int = 30, **others: object) -> Terms:
    now = datetime.now(UTC)
    return Terms(tenant.id, ("kiosk",), now, now + days * DAY, **others)  # type: ignore[arg-type]


def text(tenant: Tenant, vendor: Vendor, **others: int) -> str:
    return issue(terms(tenant, **others), vendor.issuer.key, at=datetime.now(UTC))


def certified(session: Session, kernel: Kernel, vendor: Vendor, **terms: int) -> LicenceCertificate:
    return licence_keys.certify(
        session,
        kernel.secrets,
        vendor.issuer,
        holder=f"Seller {os.urandom(2).hex()}",
        addons=("kiosk",),
        max_seats=terms.get("max_seats", 10),
        until=datetime.now(UTC) + terms.get("days", 365) * DAY,
    )


def test_a_licence_of_another_organization_is_refused(
    board: Session, shop: Tenant, vendor: Vendor
) -> None:
    now = datetime.now(UTC)
    elsewhere = Terms("ffffffffffff", ("kiosk",), now, now + 30 * DAY)
    with pytest.raises(LicenceRefused, match="another organization"):
        licences.add(board, issue(elsewhere, vendor.issuer.key, at=now))


def test_adding_twice_is_adding_once(board: Session, shop: Tenant, vendor: Vendor) -> None:
    token = text(shop, vendor)
    assert licences.add(board, token).id == licences.add(board, f" {token}\n").id
    assert len(licences.of_organization(board, shop.id)) == 1


def test_one_that_is_over_and_one_of_tomorrow_s_date_are_refused(
    board: Session, shop: Tenant, vendor: Vendor
) -> None:
    then = datetime.now(UTC) - 90 * DAY
    over = Terms(shop.id, ("kiosk",), then, then + 30 * DAY)
    with pytest.raises(LicenceRefused, match="It ended on"):
        licences.add(board, issue(over, vendor.issuer.key, at=then))
    ahead = issue(terms(shop), vendor.issuer.key, at=datetime.now(UTC) + 3 * DAY)
    with pytest.raises(LicenceRefused, match="yet to come"):
        licences.add(board, ahead)


def test_a_column_changed_by_hand_gives_nothing(
    kernel: Kernel, shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    serial = vendor.grants(shop, ends=-20 * DAY)
    forever = update(OrganizationLicence).where(OrganizationLicence.serial == serial)
    with kernel.session(control(kernel)) as session:
        session.execute(forever.values(until=None, grace_days=90, seats=None))
    vendor.heard(shop)
    assert "kiosk" in state_of(shop).read_only


def test_a_text_moved_to_another_organization_gives_nothing(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    serial = vendor.grants(shop)
    with kernel.session(control(kernel)) as session:
        row = licences.get(session, serial)
        row.token = issue(
            Terms("eeeeeeeeeeee", ("kiosk",), row.starts_at, None),
            vendor.issuer.key,
            at=row.issued_at,
        )
    vendor.heard(shop)
    assert current(kernel, shop).entitlements == ()


def test_a_reseller_gives_out_no_more_seats_than_it_holds(
    board: Session, kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    row = certified(board, kernel, vendor, max_seats=10)
    seller = licence_keys.reseller(board, kernel.secrets, row)
    first = licences.issue(board, seller, terms(shop, seats=7))
    with pytest.raises(Conflict, match="10 seats in all, and 7 are given out"):
        licences.issue(board, seller, terms(shop, seats=4))
    licences.issue(board, seller, terms(shop, seats=3))
    licences.revoke(board, first, "Returned")
    assert licences.seats_in_use(board, row.key_id) == 3
    # A renewal begins where the former ends, and needs no seat twice.
    now = datetime.now(UTC)
    licences.issue(board, seller, terms(shop, seats=7, days=20))
    later = Terms(shop.id, ("kiosk",), now + 20 * DAY, now + 60 * DAY, seats=7)
    licences.issue(board, seller, later)
    with pytest.raises(Conflict, match="10 seats"):
        licences.issue(board, seller, terms(shop, seats=1, days=90))


def test_two_who_sell_the_last_seats_at_once_do_not_both_succeed(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    with kernel.session(control(kernel)) as session:
        serial = certified(session, kernel, vendor, max_seats=10).serial
    outcomes: list[str] = []
    begin = threading.Barrier(2)

    def sell() -> None:
        begin.wait()
        try:
            with kernel.session(control(kernel)) as session:
                row = session.query(LicenceCertificate).filter_by(serial=serial).one()
                seller = licence_keys.reseller(session, kernel.secrets, row)
                licences.issue(session, seller, terms(shop, seats=6))
            outcomes.append("sold")
        except AppError as error:
            outcomes.append(type(error).__name__)

    sellers = [threading.Thread(target=sell) for _ in range(2)]
    for each in sellers:
        each.start()
    for each in sellers:
        each.join()
    assert sorted(outcomes) == ["Conflict", "sold"]


def test_a_reseller_whose_certificate_was_revoked_issues_nothing_and_its_customers_get_grace(
    kernel: Kernel, shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    with kernel.session(control(kernel)) as session:
        row = certified(session, kernel, vendor)
        seller = licence_keys.reseller(session, kernel.secrets, row)
        licences.issue(session, seller, terms(shop, days=300, seats=2, grace_days=30))
        licence_keys.revoke_certificate(session, row, "Contract ended")
        with pytest.raises(Conflict, match="revoked"):
            licence_keys.reseller(session, kernel.secrets, row)
    vendor.heard(shop)
    standing = state_of(shop).standings["kiosk"]
    assert standing.kind == "warning"
    assert not standing.revoked


def test_a_certificate_of_other_terms_keeps_the_key(
    board: Session, kernel: Kernel, vendor: Vendor
) -> None:
    row = certified(board, kernel, vendor, max_seats=10)
    wider = licence_keys.recertify(
        board,
        kernel.secrets,
        vendor.issuer,
        row,
        addons=("kiosk", "loyalty"),
        max_seats=50,
        until=datetime.now(UTC) + 700 * DAY,
    )
    assert wider.key_id == row.key_id
    held = licence_keys.reseller(board, kernel.secrets, wider).certificate
    assert held is not None
    assert held[0].addons == ("kiosk", "loyalty")


def test_renewing_goes_on_where_the_licence_ends_and_only_once(
    board: Session, shop: Tenant, vendor: Vendor
) -> None:
    row = licences.issue(board, vendor.issuer, terms(shop, days=30, seats=5))
    assert row.until is not None
    until = row.until + 365 * DAY
    renewed = licences.renew(board, vendor.issuer, row, until)
    assert renewed.starts_at == row.until
    assert renewed.seats == 5
    assert licences.renew(board, vendor.issuer, row, until).id == renewed.id
    with pytest.raises(Conflict, match="renewed already"):
        licences.renew(board, vendor.issuer, row, until + DAY)


def test_a_list_of_revocations_is_taken_in_and_no_older_one_after_it(
    kernel: Kernel, board: Session, shop: Tenant, vendor: Vendor
) -> None:
    row = licences.issue(board, vendor.issuer, terms(shop))
    now = datetime.now(UTC).replace(microsecond=0)
    entry = Revocation(row.serial, now, "Charged back")
    newest = sign_list([entry], 7, vendor.issuer.key, at=now)
    licence_revocations.receive(board, newest)
    licence_revocations.receive(board, newest)
    board.refresh(row)
    assert (row.revoked_at, row.revoked_reason) == (now, "Charged back")
    with pytest.raises(LicenceRefused, match="version 7 is known"):
        licence_revocations.receive(board, sign_list([], 6, vendor.issuer.key, at=now))
    # What is on the list is not let in by another text of the same serial either.
    again = issue(terms(shop), vendor.issuer.key, at=now, serial="b" * 32)
    listed = Revocation("b" * 32, now, "Leaked")
    licence_revocations.receive(board, sign_list([entry, listed], 8, vendor.issuer.key, at=now))
    with pytest.raises(LicenceRefused, match="Leaked"):
        licences.add(board, again)


def test_a_reseller_revokes_what_it_gave_and_nothing_else(
    kernel: Kernel, board: Session, shop: Tenant, vendor: Vendor
) -> None:
    of_vendor = licences.issue(board, vendor.issuer, terms(shop))
    row = certified(board, kernel, vendor)
    seller = licence_keys.reseller(board, kernel.secrets, row)
    of_seller = licences.issue(board, seller, terms(shop, seats=1))
    now = datetime.now(UTC)
    entries = [Revocation(one.serial, now, "Taken back") for one in (of_vendor, of_seller)]
    token = sign_list(entries, 1, seller.key, at=now, certificate=row.token)
    licence_revocations.receive(board, token)
    assert of_vendor.revoked_at is None
    assert of_seller.revoked_at is not None


def test_the_list_that_is_published_names_what_was_revoked_here(
    board: Session, shop: Tenant, vendor: Vendor
) -> None:
    row = licences.issue(board, vendor.issuer, terms(shop))
    licences.revoke(board, row, "Refunded")
    token = licence_revocations.publish(board, vendor.issuer)
    taken = licence_revocations.receive(board, token)
    assert row.serial in {entry.serial for entry in taken.revoked}
    newer = licence_revocations.receive(board, licence_revocations.publish(board, vendor.issuer))
    assert newer.version == taken.version + 1


def test_a_revoked_key_is_gone_for_good(board: Session, kernel: Kernel) -> None:
    key = keys.generate()
    row = licence_keys.trust(board, "Old", key.public_key())
    licence_keys.revoke_key(board, row.key_id, "Stolen")
    with pytest.raises(Conflict, match="Stolen"):
        licence_keys.trust(board, "Old again", key.public_key())


def test_the_control_plane_notices_a_clock_that_was_set_back(
    kernel: Kernel,
    shop: Tenant,
    vendor: Vendor,
    state_of: StateOf,
    frozen_time: Callable[[datetime], object],
) -> None:
    vendor.grants(shop, ends=-20 * DAY)
    with kernel.session(control(kernel)) as session:
        note_time(session)
    try:
        frozen_time(datetime.now(UTC) - 60 * DAY)
        with kernel.session(control(kernel)) as session:
            assert note_time(session).behind > 59 * DAY
        vendor.heard(shop)
        state = state_of(shop)
        assert "kiosk" in state.read_only
        assert state.clock_behind > timedelta(days=59)
    finally:
        with kernel.session(control(kernel)) as session:
            session.delete(session.get_one(LicenceWatch, 1))
    with kernel.session(control(kernel)) as session:
        assert not read_clock(session).is_set_back
