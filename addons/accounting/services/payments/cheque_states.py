"""The life of a cheque as plain rules: which state follows which, and what each step posts.

    received   in hand     Dr cheques in hand            Cr receivable (the payment)
               deposited   Dr cheques under collection   Cr cheques in hand
               cleared     Dr bank                       Cr cheques under collection
               bounced     Dr receivable                 Cr where it was; charges beside it
               returned    Dr receivable                 Cr cheques in hand
    issued     issued      Dr payable (the payment)      Cr cheques issued
               presented   Dr cheques issued             Cr cheques presented
               cleared     Dr cheques presented          Cr bank
               cancelled   Dr where it was               Cr payable

A company that keeps one account for two of these places posts nothing where it would stand on
both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Place = Literal["in_hand", "under_collection", "issued", "presented", "bank", "nowhere"]
"""Where the value of a cheque stands in the books."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step does: `begins` pays the partner's items, `moves` carries the value to another
    place, `undoes` brings the partner's debt back, `notes` changes nothing in the books."""

    effect: Literal["begins", "moves", "undoes", "notes"]
    place: Place


_NEXT: Final[Mapping[tuple[str, str], Mapping[str, Step]]] = {
    ("received", "draft"): {"received": Step("begins", "in_hand")},
    ("received", "received"): {
        "deposited": Step("moves", "under_collection"),
        "returned": Step("undoes", "nowhere"),
    },
    ("received", "deposited"): {
        "cleared": Step("moves", "bank"),
        "bounced": Step("undoes", "nowhere"),
    },
    ("received", "cleared"): {"bounced": Step("undoes", "nowhere")},
    ("received", "bounced"): {
        "received": Step("begins", "in_hand"),
        "returned": Step("notes", "nowhere"),
    },
    ("issued", "draft"): {"issued": Step("begins", "issued")},
    ("issued", "issued"): {
        "presented": Step("moves", "presented"),
        "cancelled": Step("undoes", "nowhere"),
    },
    ("issued", "presented"): {
        "cleared": Step("moves", "bank"),
        "cancelled": Step("undoes", "nowhere"),
    },
}
_PLACES: Final[Mapping[str, Place]] = {
    "received": "in_hand",
    "deposited": "under_collection",
    "issued": "issued",
    "presented": "presented",
    "cleared": "bank",
}
OUTSTANDING: Final = ("received", "deposited")
"""States in which a customer's cheque may still bounce before it was ever paid."""


def next_states(kind: str, state: str) -> Mapping[str, Step]:
    """The states that a cheque can reach from where it is."""
    return _NEXT.get((kind, state), {})


def can_become(kind: str, state: str, wanted: str) -> bool:
    """Whether a cheque can go on to that state."""
    return wanted in next_states(kind, state)


def place_of(state: str) -> Place:
    """Where the value of a cheque in this state stands."""
    return _PLACES.get(state, "nowhere")
