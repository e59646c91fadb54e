"""What an amendment changes, and whether a filed return still is what the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.api import TaxLineQuery, tax_line_ids, tax_sums
from addons.vat.models import VatReturn
from addons.vat.services.filing.evidence import content_hash, read_evidence
from addons.vat.services.filing.figures import BoxFigures, Manual, fill
from addons.vat.services.filing.scope import filed_line_ids
from addons.vat.services.filing.statement import filed_figures, shown_figures
from addons.vat.services.forms import FORMS
from addons.vat.services.known import known_taxes
from core.api import read_file


@dataclass(frozen=True, slots=True)
class BoxDifference:
    """A box that says something else than before."""

    box: str
    before: BoxFigures
    after: BoxFigures


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A filed return held against the ledger: `evidence_holds` says whether its file is what its
    hash names; `missing` are lines that it reported and the ledger does not have; `added` lines of
    its days that were posted since; `boxes` those that its own lines would fill in another way."""

    evidence_holds: bool
    boxes: tuple[BoxDifference, ...]
    missing: tuple[int, ...]
    added: tuple[int, ...]

    @property
    def equal(self) -> bool:
        """Whether the return is proved by its evidence and the ledger."""
        return self.evidence_holds and not self.boxes and not self.missing


def changes(session: Session, vat_return: VatReturn) -> tuple[BoxDifference, ...]:
    """The boxes in which a return differs from the one that it replaces."""
    if vat_return.replaces is None:
        return ()
    before = filed_figures(session, vat_return.replaces)
    after = shown_figures(session, vat_return)
    return _differences(before, dict(after))


def recompute(session: Session, vat_return: VatReturn) -> Recomputed:
    """Work a filed return out again from the lines that it reported."""
    document = b"".join(read_file(session, vat_return.evidence))
    said = read_evidence(document)
    ids, late = filed_line_ids(session, vat_return), set(said["late_line_ids"])
    currency = vat_return.currency
    days = TaxLineQuery(currency, vat_return.start_date, vat_return.end_date)
    now = set(tax_line_ids(session, days))
    own = ids - late
    # Where nothing was added since, the days name the same lines, and quicker.
    sums = tax_sums(session, days if own == now else TaxLineQuery(currency, ids=own))
    away = ids - now
    there = set(tax_line_ids(session, TaxLineQuery(currency, ids=away))) if away else set()
    again = fill(
        FORMS[vat_return.form],
        known_taxes(session),
        sums,
        tax_sums(session, TaxLineQuery(currency, ids=late)) if late else (),
        [
            Manual(item.box, item.column, item.amount)  # type: ignore[arg-type]
            for item in vat_return.adjustments
        ],
        Decimal(said["carried"]),
    )
    holds = content_hash(document) == vat_return.content_hash and set(said["line_ids"]) == ids
    return Recomputed(
        evidence_holds=holds,
        boxes=_differences(filed_figures(session, vat_return), again),
        missing=tuple(sorted(away - there)),
        added=tuple(sorted(now - ids)),
    )


def _differences(
    before: dict[str, BoxFigures], after: dict[str, BoxFigures]
) -> tuple[BoxDifference, ...]:
    nothing = BoxFigures()
    return tuple(
        BoxDifference(key, before.get(key, nothing), after.get(key, nothing))
        for key in dict.fromkeys([*before, *after])
        if before.get(key, nothing) != after.get(key, nothing)
    )
