"""Installing the taxes of a country: accounts, taxes, groups, positions. Repeatable: what is there
by its code stays as the company made it."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import account_codes, account_id, default_account_code, ensure_account
from addons.vat.models import (
    FiscalPosition,
    FiscalPositionLine,
    Tax,
    TaxGroup,
    TaxGroupLine,
)
from addons.vat.options import VatOptions
from addons.vat.services.countries import COUNTRY_TEMPLATES, CountryTemplate
from addons.vat.services.countries.values import ACCOUNTS, AccountTemplate, Purpose, TaxTemplate
from addons.vat.services.taxes import create_tax
from core.api import options, set_options

_CHOSEN: Final = {"output": "vat_output_account", "input": "vat_input_account"}


def install(session: Session, country: str) -> int:
    """Install a country's taxes and make it the company's; returns how many taxes are new."""
    template = COUNTRY_TEMPLATES[country]
    accounts = _Accounts(session, template.language)
    known = set(session.scalars(select(Tax.code)))
    created = 0
    for tax in template.taxes:
        if tax.code not in known:
            create_tax(session, _values(tax, country, accounts))
            created += 1
    ids = {row.code: row.id for row in session.execute(select(Tax.code, Tax.id))}
    _groups(session, template, ids)
    _positions(session, template, ids)
    _decide(session, template, accounts)
    session.flush()
    return created


class _Accounts:
    """The accounts of the company by purpose, made when the first tax needs them."""

    def __init__(self, session: Session, language: str) -> None:
        self._session, self._language = session, language
        self._found: dict[Purpose, int] = {}

    def __getitem__(self, purpose: Purpose) -> int:
        if purpose not in self._found:
            self._found[purpose] = self._of(next(a for a in ACCOUNTS if a.purpose == purpose))
        return self._found[purpose]

    def _of(self, template: AccountTemplate) -> int:
        chosen = _CHOSEN.get(template.purpose)
        code = default_account_code(self._session, chosen) if chosen else ""
        found = account_id(self._session, code) if code else None
        if found is not None:
            return found
        local = {"ar": template.arabic, "bn": template.bengali}.get(self._language, "")
        return ensure_account(
            self._session,
            template.code,
            template.name,
            template.type,
            name_local=local,
            report_line=template.report_line,
        )


def _values(tax: TaxTemplate, country: str, accounts: _Accounts) -> dict[str, Any]:
    names = ("code", "name", "kind", "category", "reason_code", "reason", "treatment", "compound")
    given = {name: value for name, value in asdict(tax).items() if name in names}
    return {
        **given,
        "name_local": tax.local,
        "country": country,
        "scope": tax.scope,
        "sequence": tax.sequence,
        "deductible": tax.deductible,
        "cash_basis": tax.cash_basis,
        "account_id": accounts[tax.account],
        "counter_account_id": accounts[tax.counter] if tax.counter else None,
        "suspense_account_id": accounts[tax.suspense] if tax.suspense else None,
        "rates": [{"valid_from": day, "rate": Decimal(rate)} for day, rate in tax.rates],
    }


def _groups(session: Session, template: CountryTemplate, ids: dict[str, int]) -> None:
    known = set(session.scalars(select(TaxGroup.code)))
    for group in template.groups:
        if group.code not in known:
            lines = [TaxGroupLine(tax_id=ids[code]) for code in group.taxes]
            session.add(
                TaxGroup(code=group.code, name=group.name, name_local=group.local, lines=lines)
            )


def _positions(session: Session, template: CountryTemplate, ids: dict[str, int]) -> None:
    known = set(session.scalars(select(FiscalPosition.code)))
    for position in template.positions:
        if position.code in known:
            continue
        lines = [
            FiscalPositionLine(tax_id=ids[old], replacement_id=ids[new] if new else None)
            for old, new in position.replaced
        ]
        session.add(
            FiscalPosition(
                code=position.code,
                name=position.name,
                name_local=position.local,
                countries=position.countries,
                abroad=position.abroad,
                registered=position.registered,
                sequence=position.sequence,
                lines=lines,
            )
        )


def _decide(session: Session, template: CountryTemplate, accounts: _Accounts) -> None:
    """Make the country the company's, with the usual length of its returns."""
    changes: dict[str, Any] = {"country": template.key, "months": template.months}
    if not options(session, VatOptions).payable_account:
        changes["payable_account"] = account_codes(session, [accounts["authority"]])[
            accounts["authority"]
        ]
    set_options(session, VatOptions, **changes)
