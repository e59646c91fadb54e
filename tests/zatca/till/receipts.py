"""Sales of tills as Hypothesis makes them up, in the words of an operation; and the same as they
are once they are booked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from addons.pos.api import TillLine, TillSale

GONE: Final = "SA-GONE"
"""A tax, and a unit, of which the till was never told."""
NO_UNIT: Final = 999_999
CODES: Final = (
    ("SA-S15",), ("SA-S15",), ("SA-S15",), ("SA-S0",), ("SA-EXEMPT",), ("SA-EXEMPT-RENT",),
    ("SA-EXPORT",), ("SA-EXPORT-SERVICES",), ("SA-OUT",), (), ("SA-S15", "SA-OUT"),
)  # fmt: skip
LEFT_TO_THE_SERVER: Final = (("SA-CITIZENS",), (GONE,))

_texts = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.sampled_from(["Tea", "شاي أخضر", "7", "٧٧٧", "ab", " \x85x\x1f", "\ud800"]),
    st.just('Tea & <b>"two"</b>\r\n'),
)
_amounts = st.decimals("0", "99999", places=2).map(str)
_zeros = st.sampled_from(["0", "0.00"])


@st.composite
def lines(draw: st.DrawFn, *, back: bool) -> dict[str, Any]:
    """A line that is sold, or that comes back."""
    sign = "-" if back else ""
    codes = draw(st.sampled_from([*CODES] * 3 + [*LEFT_TO_THE_SERVER]))
    quantity = draw(st.one_of(st.integers(1, 40), st.decimals("0.0001", "900", places=4)))
    net = draw(st.one_of(_amounts, _amounts, _zeros))
    number = draw(st.sampled_from(["", "R01-1-00007", "R02-3-00042"])) if back else ""
    return {
        "label": draw(_texts) or "Tea",
        "quantity": f"{sign}{quantity}",
        "unit": draw(st.sampled_from([None, 1, 2, 3] * 8 + [NO_UNIT])),
        "price": draw(_amounts),
        "tax_codes": list(codes),
        "net": _signed(sign, net),
        "tax": _signed(sign, draw(_amounts if codes[:1] == ("SA-S15",) else _zeros)),
        "of": {"sale": "01JD", "number": number, "line": 1} if number else None,
    }


def _signed(sign: str, amount: str) -> str:
    """Nothing has no sign, as the till writes it."""
    return sign + amount if Decimal(amount) else amount


@st.composite
def payloads(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """What an operation is, and its payload as far as a document needs it."""
    kind = draw(st.sampled_from(["sale", "sale", "refund"]))
    sold = [] if kind == "refund" else draw(st.lists(lines(back=False), min_size=1, max_size=6))
    least = 1 if kind == "refund" else 0
    brought = draw(st.lists(lines(back=True), min_size=least, max_size=3 - 2 * bool(sold)))
    both = draw(st.permutations([*sold, *brought]))
    return kind, {
        "number": draw(st.from_regex(r"[A-Z0-9]{1,4}-[0-9]{1,3}-[0-9]{5}", fullmatch=True)),
        "currency": draw(st.sampled_from(["SAR"] * 12 + ["USD"])),
        "lines": both,
        "net": str(sum((Decimal(one["net"]) for one in both), Decimal(0))),
        "tax": str(sum((Decimal(one["tax"]) for one in both), Decimal(0))),
        "rounding": draw(st.sampled_from(["0", "0.00", "0.05", "-0.02"])),
        "note": draw(st.one_of(st.just(""), _texts)),
    }


def booked(
    kind: str, payload: dict[str, Any], at: datetime, ways: list[str], contact: int | None
) -> TillSale:
    """The sale as the books have it."""
    return TillSale(
        sale_id=1,
        kind=kind,
        number=payload["number"],
        register_id=1,
        branch_id=None,
        contact_id=contact,
        occurred_at=at,
        currency=payload["currency"],
        rate=Decimal(1),
        rounding=Decimal(payload["rounding"]),
        note=payload["note"],
        ways=tuple(dict.fromkeys(ways)),
        signed=None,
        lines=tuple(_line(place, one) for place, one in enumerate(payload["lines"], 1)),
    )


def _line(place: int, said: dict[str, Any]) -> TillLine:
    return TillLine(
        line_id=place,
        label=said["label"],
        quantity=Decimal(said["quantity"]),
        unit_id=said["unit"],
        price=Decimal(said["price"]),
        net=Decimal(said["net"]),
        tax=Decimal(said["tax"]),
        tax_codes=tuple(said["tax_codes"]),
        returns=said["of"]["number"] if said["of"] else "",
    )
