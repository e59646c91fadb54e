"""Gift cards: sold without tax, valid once paid for, spent in parts, given back, blocked, replaced,
adjusted and expired. What is on a card is the sum of its moves, and what the company owes to all
bearers stands in the books."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from addons.accounting.api import ensure_account
from addons.accounting.options import AccountingOptions
from addons.accounting.services.currencies import create_rate
from addons.accounting.services.trade.liability_control import INVARIANTS as OWED
from addons.sales.models import GiftCard, GiftCardMove, Invoice
from addons.sales.options import SalesOptions
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.gift_cards import handing_out
from addons.sales.services.gift_cards.changing import adjust, block, give, release, replace
from addons.sales.services.gift_cards.codes import ALPHABET, check_character, new_code, read_code
from addons.sales.services.gift_cards.expiring import expire_cards
from addons.sales.services.gift_cards.handing_out import hand_out
from addons.sales.services.gift_cards.redeeming import pay_with_card, refund_to_card
from addons.sales.services.gift_cards.selling import sell
from addons.sales.services.invariants import INVARIANTS as SALES
from addons.sales.services.payments import reverse_payment
from addons.sales.services.posting import post_invoice
from addons.sales.views.mail_jobs import mail_gift_card
from core.addons.options import set_options
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop, whole_company
from tests.trade.whole import balances_of

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel, ("sales", "vat", "accounting")) as tenant:
        yield tenant


def sold(shop: Shop, amount: str = "100", paid: bool = True, **more) -> tuple[Invoice, GiftCard]:
    """A card that somebody bought, and paid for."""
    values = {"contact_id": shop.customer(), "amount": D(amount), "day": DAY, **more}
    invoice = post_invoice(shop.session, sell(shop.session, values))
    if paid:
        shop.paid(invoice)
    card = shop.session.scalars(
        select(GiftCard).where(GiftCard.invoice_line_id == invoice.lines[0].id)
    ).first()
    assert card is not None
    return invoice, card


def owed_by(shop: Shop, amount: str = "60", **more) -> Invoice:
    """An invoice that is open."""
    return shop.invoiced(shop.delivered(shop.sold("1", amount, **more)))


def on(session: Session, account: str) -> Decimal:
    """What stands on an account."""
    return balances_of(session).get(account, D(0))


def ailing(session: Session) -> list[str]:
    """What is not true of documents, cards and points, or not as the books have it."""
    return [
        f"{one.name}: {result.detail}"
        for one in (*SALES, *OWED)
        if not (result := one.check(session)).holds
    ]


def test_a_card_is_sold_without_tax_and_pays_in_parts(session: Session, shop: Shop) -> None:
    before = on(session, "Liabilities:Gift cards")
    invoice, card = sold(shop, holder_name="Layla")
    assert (invoice.tax, invoice.total, card.balance, card.rate) == (0, 100, 100, 1)
    assert on(session, "Liabilities:Gift cards") == before - 100
    code = hand_out(session, card)
    assert code not in {card.code_hash, card.number}
    owed = owed_by(shop, "60")
    payment = pay_with_card(session, owed.id, " ".join([code[:4], code[4:].lower()]))
    assert (payment.method, payment.amount, payment.state) == ("gift_card", 60, "posted")
    assert (owed.payment_progress, card.balance) == ("paid", 40)
    more = owed_by(shop, "60")
    assert pay_with_card(session, more.id, code).amount == 40
    assert (more.residual, card.balance) == (20, 0)
    with pytest.raises(Conflict, match="Nothing is left"):
        pay_with_card(session, more.id, code)
    assert on(session, "Liabilities:Gift cards") == before
    assert ailing(session) == []


def test_a_card_pays_only_what_it_can(session: Session, shop: Shop) -> None:
    _, card = sold(shop, paid=False)
    code, owed = hand_out(session, card), owed_by(shop, "200")
    with pytest.raises(Conflict, match="not paid for yet"):
        pay_with_card(session, owed.id, code)
    set_options(session, SalesOptions, gift_card_valid="posted")
    with pytest.raises(InvalidInput, match=r"100\.00 SAR left"), session.begin_nested():
        pay_with_card(session, owed.id, code, D(101))
    with pytest.raises(InvalidInput, match="no code"):
        pay_with_card(session, owed.id, code[:-1] + ("0" if code[-1] != "0" else "1"))
    with pytest.raises(InvalidInput, match="No gift card has"):
        pay_with_card(session, owed.id, new_code())
    block(session, card, "Reported stolen")
    with pytest.raises(Conflict, match="Reported stolen"):
        pay_with_card(session, owed.id, code)
    release(session, card)
    create_rate(session, {"currency": "USD", "date": DAY, "rate": D("3.70")})
    foreign = owed_by(shop, "60", currency="USD", rate=D("3.75"))
    with pytest.raises(InvalidInput, match="card in SAR"):
        pay_with_card(session, foreign.id, code)
    another, _ = sold(shop, paid=False)
    with pytest.raises(InvalidInput, match="does not buy"):
        pay_with_card(session, another.id, code)
    with pytest.raises(Conflict, match="handed out already"):
        hand_out(session, card)


def test_what_was_paid_goes_back_to_the_card_or_to_its_successor(
    session: Session, shop: Shop
) -> None:
    _, card = sold(shop)
    code, owed = hand_out(session, card), owed_by(shop, "60")
    first = pay_with_card(session, owed.id, code)
    reverse_payment(session, first, "Wrong invoice")
    assert (card.balance, owed.residual) == (100, 60)
    second = pay_with_card(session, owed.id, code)
    new = replace(session, card, "Lost")
    assert (card.state, card.balance, new.balance, new.expires_on) == (
        "replaced", 0, 40, card.expires_on)  # fmt: skip
    with pytest.raises(Conflict, match="no longer valid"):
        pay_with_card(session, owed_by(shop).id, code)
    reverse_payment(session, second, "Goods came back")
    assert (card.balance, new.balance) == (0, 100)
    assert ailing(session) == []


def test_goods_that_come_back_can_be_credited_to_a_card(session: Session, shop: Shop) -> None:
    before = on(session, "Liabilities:Gift cards")
    owed = owed_by(shop, "60")
    shop.paid(owed)
    note = post_invoice(session, credit_invoice(session, owed, "allowance", percent=D(50)))
    refund = refund_to_card(session, note.id)
    card = session.get_one(GiftCard, refund.gift_card_id)
    assert (card.origin, card.balance, note.residual) == ("refund", 30, 0)
    assert on(session, "Liabilities:Gift cards") == before - 30
    code = hand_out(session, card)
    pay_with_card(session, owed_by(shop, "20").id, code)
    with pytest.raises(Conflict, match="was spent since"), session.begin_nested():
        reverse_payment(session, refund, "Paid in cash after all")
    assert ailing(session) == []


def test_the_sale_of_cards_is_taken_back_while_they_are_whole(session: Session, shop: Shop) -> None:
    invoice, card = sold(shop, "50", count=3)
    cards = session.scalars(
        select(GiftCard).where(GiftCard.invoice_line_id == invoice.lines[0].id)
    ).all()
    assert [one.balance for one in cards] == [50, 50, 50]
    pay_with_card(session, owed_by(shop, "20").id, hand_out(session, card))
    with pytest.raises(Conflict, match="were spent"), session.begin_nested():
        post_invoice(session, credit_invoice(session, invoice, "cancellation"))
    session.expire_all()
    line = invoice.lines[0].id
    post_invoice(session, credit_invoice(session, invoice, "cancellation", quantities={line: D(2)}))
    states = sorted(one.state for one in cards)
    assert states == ["active", "cancelled", "cancelled"]
    assert ailing(session) == []


def test_a_card_in_another_currency_keeps_its_rate(session: Session, shop: Shop) -> None:
    create_rate(session, {"currency": "USD", "date": DAY, "rate": D("3.70")})
    exchange = "Expenses:Exchange"
    ensure_account(session, exchange, "Exchange", "expense")
    set_options(
        session, AccountingOptions, exchange_gain_account=exchange, exchange_loss_account=exchange
    )
    invoice, card = sold(shop, "100", currency="USD", rate=D("3.75"))
    assert (invoice.currency, card.rate) == ("USD", D("3.75"))
    owed = owed_by(shop, "60", currency="USD", rate=D("3.80"))
    before = on(session, "Liabilities:Gift cards")
    payment = pay_with_card(session, owed.id, hand_out(session, card))
    assert (payment.amount, payment.rate) == (D("16.22"), D("3.75"))
    assert on(session, "Liabilities:Gift cards") == before + D("60.83")
    assert ailing(session) == []


def test_cards_are_given_adjusted_and_expire_with_their_postings(
    session: Session, shop: Shop
) -> None:
    owed, given = on(session, "Liabilities:Gift cards"), on(session, "Income:Discounts given")
    card = give(session, {"amount": D(30), "currency": "SAR", "reason": "Apology", "day": DAY})
    adjust(session, card, D(-5), "Typed wrongly", DAY)
    with pytest.raises(InvalidInput, match="25 SAR left"):
        adjust(session, card, D(-26), "Too much")
    with pytest.raises(InvalidInput, match="Say why"):
        adjust(session, card, D(1), " ")
    assert on(session, "Liabilities:Gift cards") == owed - 25
    assert on(session, "Income:Discounts given") == given + 25
    card.expires_on = DAY
    session.flush()
    later = DAY + timedelta(days=1)
    unused = on(session, "Income:Unused gift cards")
    assert [expire_cards(session, day) for day in (DAY, later, later)] == [0, 1, 0]
    session.refresh(card)
    assert (card.state, card.balance) == ("expired", 0)
    assert on(session, "Liabilities:Gift cards") == owed
    assert on(session, "Income:Unused gift cards") == unused - 25
    assert ailing(session) == []


def test_a_card_line_bears_no_tax_and_is_whole(session: Session, shop: Shop) -> None:
    invoice = sell(session, {"contact_id": shop.customer(), "amount": D(50), "day": DAY})
    invoice.lines[0].quantity = D("1.5")
    with pytest.raises(InvalidInput, match="whole"), session.begin_nested():
        post_invoice(session, invoice)
    invoice.lines[0].quantity, invoice.lines[0].taxes = D(1), "SA-S"
    with pytest.raises(InvalidInput, match="bears no tax"), session.begin_nested():
        post_invoice(session, invoice)
    with pytest.raises(InvalidInput, match="From 1 to"):
        sell(session, {"contact_id": shop.customer(), "amount": D(50), "count": 0})
    with pytest.raises(InvalidInput, match="coins as small"):
        sell(session, {"contact_id": shop.customer(), "amount": D("50.001")})


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE sales.gift_card SET balance = balance + 1 WHERE id = :card",
        "UPDATE sales.gift_card SET amount = 1000 WHERE id = :card",
        "UPDATE sales.gift_card_move SET amount = 1000 WHERE card_id = :card",
        "DELETE FROM sales.gift_card_move WHERE card_id = :card",
        "DELETE FROM sales.gift_card WHERE id = :card",
        "INSERT INTO sales.gift_card_move (card_id, kind, day, amount, reason)"
        " VALUES (:card, 'adjust', '2026-03-14', -101, 'more than there is')",
        "INSERT INTO sales.gift_card (currency, amount, balance) VALUES ('SAR', 10, 10)",
    ],
)
def test_the_database_lets_nobody_forge_a_balance(
    session: Session, shop: Shop, forged: str
) -> None:
    _, card = sold(shop)
    with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
        session.execute(text(forged), {"card": card.id})


def test_codes_notice_every_wrong_character() -> None:
    code = new_code()
    assert read_code(f" {code[:4].lower()}-{code[4:]} ") == code
    assert code[-1] == check_character(code[:-1])
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place in range(len(code))
        for other in ALPHABET
        if other != code[place]
    ]
    assert not any(read_code(one) for one in wrong)


def test_of_a_code_only_a_digest_is_kept(session: Session, shop: Shop) -> None:
    _, card = sold(shop)
    code = hand_out(session, card)
    session.flush()
    kept = [
        str(row)
        for table in ("sales.gift_card", "sales.gift_card_move", "sales.code_key", "core.audit_log")
        for row in session.execute(text(f"SELECT * FROM {table}"))
    ]
    assert not [row for row in kept if code in row]
    assert session.scalars(select(GiftCardMove).where(GiftCardMove.card_id == card.id)).one()


def test_a_card_is_mailed_with_its_code_which_is_made_for_it(
    session: Session, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, card = sold(shop, holder_name="Layla", holder_email="layla@example.com", message="Mabrouk")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(handing_out, "mail_files", lambda _, **mail: sent.append(mail))
    mail_gift_card(session, card.id)
    mail_gift_card(session, card.id)  # a job that runs again finds it handed out
    (mail,) = sent
    assert mail["to"] == ["layla@example.com"]
    assert "Mabrouk" in mail["text"]
    if "LOOK" in os.environ:
        (Path(os.environ["LOOK"]) / "card.pdf").write_bytes(mail["files"][0].content)
    paper = pypdf.PdfReader(io.BytesIO(mail["files"][0].content)).pages[0].extract_text()
    code = re.search(r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}", paper)
    assert code is not None, paper
    assert {"100.00 SAR", "Layla", "Mabrouk"} <= {line.strip() for line in paper.splitlines()}
    assert code.group() not in mail["text"]
    owed = owed_by(shop, "60")
    assert pay_with_card(session, owed.id, code.group()).amount == 60
    assert card.printed_code == ""
