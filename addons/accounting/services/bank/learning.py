"""What is learned when somebody says what a line is. Everything learned can be seen and changed.

Whose account it is    the account that a payment came from belongs to the partner that was chosen.
Rules                  the same account chosen twice for the same text proposes a rule.
Confidence             a rule that is taken rises by 2, one that is passed over falls by 15; below
                       30 it is paused, for a person to look at.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.bank import BankLine, BankMatch, BankParty, BankRule, BankRuleLine
from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.matching.by_rules import met
from addons.accounting.services.bank.matching.choice import Choice
from addons.accounting.services.bank.matching.words import contains, joined, stable_words
from addons.contacts.api import contact_names
from core.api import announce, phrase

REPEATED: Final = 2
"""Equal choices by hand that propose a rule."""
RISES: Final = 2
FALLS: Final = 15
PAUSED_BELOW: Final = 30
BEST: Final = 98
FIRST: Final = 70
"""Confidence of a learned rule that somebody has just approved."""
_LOOKED_AT: Final = 500


def learn(session: Session, line: BankLine, choice: Choice, *, automatic: bool) -> None:
    """Remember what this choice says; automatic ones teach nothing but that the rule was taken."""
    if choice.rule_id is not None:
        _taken(session, choice.rule_id)
    if automatic:
        return
    _remember_party(session, line, choice)
    if choice.rule_id is None and choice.found is None:
        _passed_over(session, line)
        _propose(session, line, choice)


def corrected(session: Session, rule_id: int) -> None:
    """A match made by this rule was undone, or another choice was preferred to it."""
    rule = session.get(BankRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is None:
        return
    rule.corrected += 1
    rule.confidence = max(0, rule.confidence - FALLS)
    if rule.confidence < PAUSED_BELOW and rule.state == "active":
        rule.state = "paused"
    announce(session, "accounting.bank-rules", rule.id)


def _taken(session: Session, rule_id: int) -> None:
    rule = session.get(BankRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is not None:
        rule.taken += 1
        rule.confidence = max(rule.confidence, min(BEST, rule.confidence + RISES))


def _remember_party(session: Session, line: BankLine, choice: Choice) -> None:
    account = normalized(line.partner_account)
    if not account or choice.partner_id is None:
        return
    name = contact_names(session, [choice.partner_id]).get(choice.partner_id, line.partner_name)
    fresh = insert(BankParty).values(
        partner_account=account, partner_id=choice.partner_id, partner=name
    )
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["partner_account"],
            set_={
                "partner_id": choice.partner_id,
                "partner": name,
                "times": BankParty.times + 1,
                "version": BankParty.version + 1,
            },
        )
    )


def _passed_over(session: Session, line: BankLine) -> None:
    """The best rule that would have applied, where somebody chose otherwise."""
    rules = session.scalars(
        select(BankRule)
        .where(
            BankRule.state == "active",
            BankRule.bank_account_id.is_(None) | (BankRule.bank_account_id == line.bank_account_id),
        )
        .order_by(BankRule.priority, BankRule.confidence.desc(), BankRule.id)
    )
    applying = next((rule for rule in rules if met(rule, line) is not None), None)
    if applying is not None:
        corrected(session, applying.id)


def _propose(session: Session, line: BankLine, choice: Choice) -> None:
    """Propose a rule where the same account was chosen before for a line that reads the same."""
    if choice.items or len(choice.parts) != 1:
        return
    part = choice.parts[0]
    signature = stable_words(line.partner_name, line.text)
    if len(signature) < 4 or _known(session, line, signature):
        return
    alike = [
        match
        for match in _by_hand(session, line)
        if match.choice["parts"][0].get("account") == part.account
        and match.choice["parts"][0].get("tax_code", "") == part.tax_code
        and stable_words(match.line.partner_name, match.line.text) == signature
    ]
    if len(alike) < REPEATED:
        return
    account = session.scalar(select(Account).where(Account.code == part.account))
    if account is None:
        return
    rule = BankRule(
        name=phrase("{text}: {account}", text=signature[:60], account=account.code)[:200],
        state="proposed",
        learned=True,
        bank_account_id=line.bank_account_id,
        direction="in" if line.amount > 0 else "out",
        text_kind="pattern",
        text_value="*".join(signature.split())[:200],
        partner_id=choice.partner_id,
        label=part.label,
        confidence=FIRST,
        taken=len(alike),
    )
    rule.lines = [
        BankRuleLine(
            position=1,
            account_id=account.id,
            tax_code=part.tax_code,
            analytic=dict(part.analytic) if part.analytic else None,
        )
    ]
    session.add(rule)
    session.flush()
    announce(session, "accounting.bank-rules", rule.id)


def _by_hand(session: Session, line: BankLine) -> list[BankMatch]:
    """The latest matches of this account that somebody made by choosing one account."""
    found = session.scalars(
        select(BankMatch)
        .join(BankLine, BankLine.id == BankMatch.line_id)
        .where(
            BankLine.bank_account_id == line.bank_account_id,
            BankMatch.undone_at.is_(None),
            BankMatch.kind == "posted",
            BankMatch.rule_id.is_(None),
            BankMatch.automatic.is_(False),
        )
        .order_by(BankMatch.id.desc())
        .limit(_LOOKED_AT)
    )
    return [
        match
        for match in found
        if len(match.choice["parts"]) == 1
        and not match.choice["items"]
        and (match.line.amount > 0) == (line.amount > 0)
    ]


def _known(session: Session, line: BankLine, signature: str) -> bool:
    """Whether a rule for this text exists in any state: nothing is proposed twice."""
    said = joined((line.partner_name, line.text, line.reference))
    rules = session.scalars(select(BankRule).where(BankRule.text_kind != ""))
    return any(
        rule.text_value == "*".join(signature.split())[:200]
        or (rule.text_kind == "contains" and contains(said, rule.text_value))
        for rule in rules
    )
