"""A plain return for countries without a form of their own here: output, input, net."""

from __future__ import annotations

from typing import Final

from addons.vat.services.forms.values import Box, Form

_OUT: Final = "Output tax"
_IN: Final = "Input tax"
_NET: Final = "Net tax"

GENERAL: Final = Form(
    key="XX",
    title="VAT return",
    local="VAT return",
    language="en",
    law="None in particular",
    net="net",
    due=0,
    titles={"base": ("Amount", "Amount"), "tax": ("Tax", "Tax")},
    boxes=(
        Box("o1", "Standard rated sales", "Standard rated sales", _OUT,
            treatments=("sale.standard",), number="1"),
        Box("o2", "Sales at reduced rates", "Sales at reduced rates", _OUT,
            treatments=("sale.reduced",), number="2"),
        Box("o3", "Zero rated sales and exports", "Zero rated sales and exports", _OUT,
            treatments=("sale.zero", "sale.export"), number="3"),
        Box("o4", "Exempt sales", "Exempt sales", _OUT,
            treatments=("sale.exempt",), number="4"),
        Box("o5", "Tax due under the reverse charge", "Tax due under the reverse charge", _OUT,
            treatments=("purchase.reverse", "purchase.import_reverse"), legs="counter",
            number="5"),
        Box("o6", "Total output tax", "Total output tax", _OUT,
            sums=("o1", "o2", "o3", "o4", "o5"), number="6"),
        Box("i1", "Standard rated purchases", "Standard rated purchases", _IN,
            treatments=("purchase.standard",), number="7"),
        Box("i2", "Purchases at reduced rates", "Purchases at reduced rates", _IN,
            treatments=("purchase.reduced",), number="8"),
        Box("i3", "Imports", "Imports", _IN,
            treatments=("purchase.customs", "purchase.standard_import"), number="9"),
        Box("i4", "Reverse charge", "Reverse charge", _IN,
            treatments=("purchase.reverse", "purchase.import_reverse"), number="10"),
        Box("i5", "Zero rated and exempt purchases", "Zero rated and exempt purchases", _IN,
            treatments=("purchase.zero", "purchase.exempt"), number="11"),
        Box("i6", "Total input tax", "Total input tax", _IN,
            sums=("i1", "i2", "i3", "i4", "i5"), number="12"),
        Box("net", "Net tax", "Net tax", _NET, ("tax",),
            formula=(("o6", "tax", 1), ("i6", "tax", -1)), number="13"),
    ),
)  # fmt: skip
