"""A document written with its lines by one statement is what a flush would have made of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from addons.sales.models import Invoice, InvoiceLine, InvoiceTax
from core.api import add_new, savepoint
from core.db.audit_models import AuditEntry
from core.db.session import binding
from core.kernel import Kernel
from core.live.changes import changes_in
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop

_OWN = {"id", "invoice_id", "created_at", "updated_at"}


def invoice_for(contact_id: int) -> Invoice:
    """An invoice that leaves much to the defaults of its columns."""
    lines = [
        InvoiceLine(
            position=3 - place,
            description=f"Nº {place} “{place}”",
            quantity=Decimal("1.50"),
            price=Decimal("0.0000000001"),
            discount_percent=Decimal(0),
            discount=Decimal(0),
            tax_shares=[{"code": "S", "base": "1.10"}],
            covers_from=DAY if place else None,
        )
        for place in range(3)
    ]
    tax = InvoiceTax(code="S", kind="vat", base=Decimal("10.00"), amount=Decimal("1.50"))
    return Invoice(day=DAY, contact_id=contact_id, currency="SAR", lines=lines, taxes=[tax])


def columns(record: Any) -> dict[str, Any]:
    """What a record says, but for what is its own: ids and moments."""
    names = {one.key for one in type(record).__mapper__.column_attrs} - _OWN
    return {name: getattr(record, name) for name in names}


def test_it_is_what_a_flush_would_have_made(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        contact_id = Shop(session).customer()
        flushed, added = invoice_for(contact_id), invoice_for(contact_id)
        session.add(flushed)
        session.flush()
        told = set(changes_in(session)["sales.invoices"] or ())
        assert add_new(session, added) is added
        assert set(changes_in(session)["sales.invoices"] or ()) - told == {str(added.id)}
        assert not session.dirty
        for mine, other in zip(
            (added, *added.lines, *added.taxes),
            (flushed, *flushed.lines, *flushed.taxes),
            strict=True,
        ):
            session.expire(other)
            assert columns(mine) == columns(other)
        assert added.lines[1].invoice is added
        assert added.instalments == []
        ids = [line.id for line in added.lines]
        session.expire_all()
        assert [line.id for line in added.lines] == ids[::-1], (
            "by their positions, not by their ids"
        )
        assert ids == sorted(ids)
        assert [line.description for line in added.lines] == ["Nº 2 “2”", "Nº 1 “1”", "Nº 0 “0”"]
        entry = session.scalars(
            select(AuditEntry).where(
                AuditEntry.table_name == "sales.invoice", AuditEntry.record_id == str(added.id)
            )
        ).one()
        assert (entry.operation, entry.actor) == ("insert", binding(session).author.label)
        added.note = "changed"
        session.flush()
        assert added.version == 2
        session.rollback()


def test_what_cannot_be_written_leaves_nothing(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        contact_id = Shop(session).customer()
        wrong = invoice_for(contact_id)
        wrong.lines[2].discount_percent = Decimal(101)
        with pytest.raises(IntegrityError), savepoint(session):
            add_new(session, wrong)
        assert session.scalar(select(func.count()).select_from(Invoice)) == 0
        known = invoice_for(contact_id)
        session.add(known)
        with pytest.raises(TypeError, match="flush"):
            add_new(session, known)
        named = invoice_for(contact_id)
        named.id = 17
        with pytest.raises(TypeError, match="by itself"):
            add_new(session, named)
        session.rollback()
