"""A sample company that has VAT comes with taxed business and a return to try filing on."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.services import sample as books
from addons.accounting.services.ledger import seal_now
from addons.contacts.services import sample as people
from addons.vat.models import VatReturn
from addons.vat.options import VatOptions
from addons.vat.services import sample
from addons.vat.services.filing.returns import file_return
from addons.vat.services.filing.statement import work_out
from core.api import set_options
from core.kernel import Kernel
from tenants.testing.tenants import fresh_tenant
from tests.vat.test_returns import PAPERS


def _fill(session: Session) -> VatReturn:
    people.fill(session)
    books.prepare(session)
    sample.prepare(session)
    books.fill(session)
    sample.fill(session)
    seal_now(session)
    return session.scalars(select(VatReturn)).one()


@pytest.mark.parametrize("country", ["", "SA"])
def test_the_sample_s_return_reconciles_and_can_be_filed(kernel: Kernel, country: str) -> None:
    name = f"vat-sample{country.lower()}"
    with fresh_tenant(kernel, name) as tenant, kernel.session(tenant) as session:
        set_options(session, VatOptions, country=country)
        draft = _fill(session)
        statement = work_out(session, draft)
        assert statement.reconciles
        assert statement.net > 0
        assert file_return(session, draft.id, PAPERS).state == "filed"


def test_books_of_another_make_get_no_sample(kernel: Kernel) -> None:
    with fresh_tenant(kernel, "vat-sample-none") as tenant, kernel.session(tenant) as session:
        sample.fill(session)
        assert session.scalar(select(VatReturn.id)) is None
