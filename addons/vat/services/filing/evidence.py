"""The evidence of a filed return: one JSON document with everything that it says and every line of
the ledger that it says it of, kept as a file and named by its hash.

The hash is the SHA-256, in hexadecimal, of the document's bytes: JSON with sorted keys, no spaces,
UTF-8, amounts as text. So anybody can recompute it from the file alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy.orm import Session

from addons.accounting.api import tax_line_ids
from addons.vat.models import VatReturn
from addons.vat.options import VatOptions
from addons.vat.services.filing.statement import Statement
from core.api import binding, options


def evidence_of(
    session: Session, vat_return: VatReturn, statement: Statement, ids: Sequence[int]
) -> bytes:
    """The document for a return that is about to be filed."""
    late = tax_line_ids(session, statement.scope.late_lines) if statement.scope.late else []
    content = {
        "form": vat_return.form,
        "law": statement.form.law,
        "company": binding(session).tenant.slug,
        "tax_number": options(session, VatOptions).tax_number,
        "start": vat_return.start_date.isoformat(),
        "end": vat_return.end_date.isoformat(),
        "revision": vat_return.revision,
        "replaces": vat_return.replaces_id,
        "reason": vat_return.reason,
        "currency": statement.scope.currency,
        "boxes": {
            box.key: {
                "title": box.title,
                **{name: _text(statement.boxes[box.key].get(name)) for name in box.columns},
            }
            for box in statement.form.boxes
        },
        "adjustments": [
            [item.box, item.column, _text(item.amount), item.reason]
            for item in vat_return.adjustments
        ],
        "carried": _text(statement.carried),
        "net": _text(statement.net),
        "sums": [
            [line.tax_code, line.role, line.account_id, _text(line.amount), _text(line.tax_base),
             line.count]
            for line in (*statement.sums, *statement.late)
        ],
        "line_ids": list(ids),
        "late_line_ids": late,
    }  # fmt: skip
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def content_hash(document: bytes) -> str:
    """What names the document."""
    return hashlib.sha256(document).hexdigest()


def read_evidence(document: bytes) -> dict[str, Any]:
    """What an evidence document says."""
    return orjson.loads(document)


def _text(value: Decimal) -> str:
    return f"{value:f}"
