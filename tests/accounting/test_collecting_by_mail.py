"""Statements and reminders leave by e-mail as PDF, in the partner's language, once, however often
the job runs; who has no address is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from addons.accounting.models.collections import AccountStatement
from addons.accounting.models.dunning import DunningLetter
from addons.accounting.services.collections.account_statements import statements_of
from addons.accounting.services.collections.dunning import confirm, propose
from addons.accounting.services.collections.mailing import ask_for_mail
from addons.accounting.services.collections.statement_run import JOB
from addons.accounting.views.mail_jobs import mail_account_statement, mail_dunning_letter
from core.api import Conflict, enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, invoice, set_up
from tests.auth.mail_server import MailServer, mail_server


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "bymail", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        trade = set_up(session)
        invoice(session, trade.noor, "100", due=DAY)
        invoice(session, trade.cedar, "100", due=DAY)
        return trade


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server that the platform knows."""
    with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        before = kernel.config
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)


def test_a_run_sends_statements_to_those_with_an_address_and_again_to_nobody(
    kernel: Kernel, tenant: Tenant, trade: Trade, post_office: MailServer
) -> None:
    asked = {"start": "2026-03-01", "end": "2026-03-31", "side": "receivable", "send": True}
    for _ in range(2):
        with kernel.session(tenant) as session:
            enqueue(session, JOB, **asked)
        work_off(kernel, tenant)
    (message,) = post_office.messages
    assert post_office.recipients == ["noor@example.com"]
    (file,) = message.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    with kernel.session(tenant) as session:
        sent = session.query(AccountStatement).filter(AccountStatement.sent_at.is_not(None)).one()
        assert sent.partner_id == trade.noor
        mail_account_statement(session, statement_id=sent.id)
    assert len(post_office.messages) == 1


def test_who_has_no_address_is_named(
    kernel: Kernel, tenant: Tenant, trade: Trade, post_office: MailServer
) -> None:
    with kernel.session(tenant) as session:
        (one,) = statements_of(session, trade.cedar, "receivable", DAY, DAY)
        with pytest.raises(Conflict, match="Cedar House has no e-mail address"):
            ask_for_mail(session, one)


def test_confirmed_reminders_leave_by_mail_once(
    kernel: Kernel, tenant: Tenant, trade: Trade, post_office: MailServer
) -> None:
    with kernel.session(tenant) as session:
        letters = confirm(session, propose(session, DAY + timedelta(days=10)))
        assert {letter.partner_id for letter in letters} == {trade.noor, trade.cedar}
    work_off(kernel, tenant)
    (message,) = post_office.messages
    assert "noor@example.com" in str(message["To"])
    assert "SAR" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    with kernel.session(tenant) as session:
        sent = session.query(DunningLetter).filter(DunningLetter.sent_at.is_not(None)).one()
        mail_dunning_letter(session, letter_id=sent.id)
    assert len(post_office.messages) == 1
