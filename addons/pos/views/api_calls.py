"""The till's calls as the description of the API has them; docs/pos-sync.md says what they mean.

They are shown to those who bind devices: a call takes the token that a device got by that.
"""

from __future__ import annotations

from typing import Any, Final

from addons.pos.permissions import BIND_DEVICES
from addons.pos.services.operations.receiving import MOST_AT_ONCE
from core.api import ApiCall

Schema = dict[str, Any]

_BEARER: Final = "The token of a device that is bound to a register."
_TEXT: Final[Schema] = {"type": "string"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_BASE64: Final[Schema] = {"type": "string", "contentEncoding": "base64"}
_AMOUNT: Final[Schema] = {"type": "string", "description": "A decimal number."}


def _object(optional: Schema | None = None, **required: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


_PROBLEM: Final = _object(field=_TEXT, message=_TEXT, fix=_TEXT)
_STATUSES: Final = ("accepted", "done", "quarantined", "dropped")
_OUTCOME_PARTS: Final[Schema] = {
    "document": {"type": "object", "description": "What was booked, or why it is not."},
    "flags": _list(_TEXT, description="What a manager should look at."),
    "problem": _PROBLEM,
}
_OUTCOME: Final = _object(
    _OUTCOME_PARTS,
    sync_id=_TEXT,
    seq={"type": "integer"},
    status={"type": "string", "enum": list(_STATUSES)},
)
_RESULT: Final = _object(
    {**_OUTCOME_PARTS, "original": _OUTCOME},
    sync_id=_TEXT,
    seq={"type": ["integer", "null"]},
    status={"type": "string", "enum": [*_STATUSES, "duplicate", "conflict", "rejected"]},
)
_OPERATION: Final = _object(
    sync_id={"type": "string", "description": "A ULID."},
    register=_ID,
    binding=_ID,
    seq={"type": "integer", "minimum": 1},
    type=_TEXT,
    version={"type": "integer", "minimum": 1},
    occurred_at=_MOMENT,
    prev_hash={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    payload={"type": "object"},
)
_SECTIONS: Final = (
    "units",
    "categories",
    "brands",
    "price_lists",
    "promotions",
    "coupons",
    "loyalty",
    "methods",
    "cashiers",
    "products",
    "price_rules",
    "customers",
)
_POINTS: Final = _object(program=_ID, points=_AMOUNT, at=_MOMENT)

SYNC: Final = ApiCall(
    "sync",
    "Hand over what a till did",
    sent=_object(
        {"app": _TEXT, "sent_at": _MOMENT, "unsynced": _COUNT, "persisted": {"type": "boolean"}},
        operations=_list(_OPERATION, maxItems=MOST_AT_ONCE),
    ),
    answer=_object(
        results=_list(_RESULT),
        next_seq={"type": "integer", "minimum": 1},
        applied_through=_COUNT,
        at=_MOMENT,
        waiting=_list(_OUTCOME),
    ),
    problems=("400", "413"),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
ASK: Final = ApiCall(
    "ask",
    "Ask where an operation of a till stands",
    answer=_OUTCOME,
    problems=("404",),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
FEED: Final = ApiCall(
    "feed",
    "Ask for what a till needs to know",
    query={"since": {"type": "string", "description": "cursor of an earlier answer."}},
    answer=_object(
        {
            "settings": {"type": "object"},
            "taxes": {"type": "object"},
            "einvoice": {
                "type": ["object", "null"],
                "description": "What the till must know to sign its receipts by itself.",
            },
            **{name: _list({"type": "object"}) for name in _SECTIONS},
        },
        cursor=_TEXT,
        full={"type": "boolean"},
        first={"type": "boolean"},
        more={"type": "boolean"},
        at=_MOMENT,
        gone=_object(products=_list(_ID), price_rules=_list(_ID), customers=_list(_ID)),
    ),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
RECEIPT: Final = ApiCall(
    "receipt",
    "Look up a receipt of any till",
    answer=_object(
        sync_id=_TEXT,
        number=_TEXT,
        register=_TEXT,
        occurred_at=_MOMENT,
        payload={"type": "object"},
        returned=_list(_object(line={"type": "integer"}, quantity=_AMOUNT)),
    ),
    problems=("404",),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
RECEIPT_PDF: Final = ApiCall(
    "receipt_pdf",
    "Read a receipt as PDF",
    media_type="application/pdf",
    problems=("404",),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
RECEIPT_MAIL: Final = ApiCall(
    "receipt_mail",
    "Send a receipt by e-mail",
    sent=_object(email=_TEXT),
    status=202,
    problems=("404", "409", "422"),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
POINTS: Final = ApiCall(
    "points",
    "Ask for the points of a customer",
    sent=_object(customer=_ID),
    answer=_object(points=_list(_POINTS)),
    problems=("404", "422"),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
SIGNING: Final = ApiCall(
    "signing",
    "Hand over the public key and the signatures of a till that signs by itself",
    sent=_object(
        {"signatures": _list(_object(id=_TEXT, signature=_BASE64))},
        device=_TEXT,
        public_key=_BASE64,
    ),
    answer=_object(state=_TEXT, sign=_list(_object(id=_TEXT, bytes=_BASE64))),
    problems=("404", "409", "422"),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
PRINT: Final = ApiCall(
    "print",
    "Print at the receipt printer of the register, by way of the server",
    sent=_object(data=_BASE64),
    status=204,
    problems=("409", "422", "503"),
    bearer=_BEARER,
    shown_to=BIND_DEVICES,
)
