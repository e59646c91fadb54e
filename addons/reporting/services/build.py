"""A report from its name and what was asked, whole with its checks: the door of all others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from addons.reporting.services.asking import Asked
from addons.reporting.services.checks import checks_of
from addons.reporting.services.definitions.store import definition_named
from addons.reporting.services.definitions.values import Definition, Kind
from addons.reporting.services.engine.aged import aged
from addons.reporting.services.engine.forecast import forecast
from addons.reporting.services.engine.ground import Ground, ground
from addons.reporting.services.engine.journal import journal
from addons.reporting.services.engine.ledger import general_ledger
from addons.reporting.services.engine.listing import Extent
from addons.reporting.services.engine.partners import partner_ledger
from addons.reporting.services.engine.statement import Statement, statement
from addons.reporting.services.engine.taxes import tax_report
from addons.reporting.services.sheet import Sheet

_MAKERS: Final[Mapping[Kind, Callable[[Ground, Extent], Sheet]]] = {
    "ledger": general_ledger,
    "partners": partner_ledger,
    "journal": journal,
    "aged": aged,
    "tax": tax_report,
    "forecast": forecast,
}


@dataclass(frozen=True, slots=True)
class Built:
    """A report with what it stands on, and what a statement was made of."""

    sheet: Sheet
    ground: Ground
    made: Statement | None = None


def build(
    session: Session,
    asked: Asked,
    language: str,
    extent: Extent | None = None,
    definition: Definition | None = None,
) -> Built:
    """The report for whoever acts in this session. An editor gives the `definition` that it has
    not saved yet."""
    chosen = definition or definition_named(session, asked.report).definition
    standing = ground(session, chosen, asked, language)
    if chosen.kind == "statement":
        made = statement(standing)
        sheet = replace(made.sheet, checks=tuple(checks_of(standing, made)))
        return Built(sheet, standing, replace(made, sheet=sheet))
    sheet = _MAKERS[chosen.kind](standing, extent or Extent())
    return Built(replace(sheet, checks=tuple(checks_of(standing, None))), standing)
