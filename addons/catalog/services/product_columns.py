"""What the columns of a file of products are, told by their titles: English, Arabic and Bengali
ones, and those of the shops and programs that such files come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.api import ImportProblem, phrase

_TITLES: Final[Mapping[str, str]] = {
    "sku": "sku code productcode productnumber itemcode itemnumber articlenumber stockcode"
    " رمزالصنف رمزالمنتج পণ্যকোড productid itemid",
    "name": "name productname itemname item title اسمالصنف اسمالمنتج الاسم নাম পণ্যেরনাম",
    "name_local": "nameintheotherlanguage namelocal localname arabicname namear bengaliname namebn",
    "template": "template parent handle model productmodel productmodelid productmodelname القالب",
    "variant": "variant options combination",
    "barcode": "barcode ean ean13 gtin upc الباركود বারকোড",
    "sale_price": "price saleprice unitprice listprice baseprice السعر মূল্য",
    "category": "category productcategory categoryname الفئة শ্রেণি",
    "subcategory": "subcategory productsubcategory الفئةالفرعية",
    "brand": "brand manufacturer vendor العلامةالتجارية ব্র্যান্ড",
    "unit": "unit uom stockunit unitofmeasure الوحدة একক",
    "tax_group": "taxgroup taxclass",
    "weight": "weight weightinkg",
    "volume": "volume volumeinlitres",
    "description": "description notes الوصف বিবরণ",
}
_BY_TITLE: Final = {
    title: (name, rank)
    for name, titles in _TITLES.items()
    for rank, title in enumerate(titles.split())
}
_ATTRIBUTES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("color", "colour", "اللون", "لون", "রঙ"), "Color"),
    **dict.fromkeys(("size", "المقاس", "مقاس", "الحجم", "সাইজ"), "Size"),
    **dict.fromkeys(("material", "المادة"), "Material"),
    **dict.fromkeys(("flavor", "flavour", "النكهة"), "Flavour"),
}
_MARKED: Final = re.compile(r"(?:attribute|option|خاصية|বৈশিষ্ট্য)\s*[:\-]\s*(.+)", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\([^)]*\)")


def columns_of(titles: Sequence[str], attributes: Iterable[str]) -> dict[int, str]:
    """What the columns are, by place: the name of a field, or "=Color" for a value of an
    attribute. Those whose titles say nothing are left out; of two that say the same the better
    known title counts. `attributes` are those that the company has."""
    known = {_plain(name): name for name in attributes}
    best: dict[str, tuple[int, int]] = {}
    for place, title in enumerate(titles):
        meaning, rank = _meaning(title.strip(), known)
        if meaning and (meaning not in best or rank < best[meaning][0]):
            best[meaning] = (rank, place)
    return {place: meaning for meaning, (_, place) in best.items()}


def problem_of(columns: Mapping[int, str]) -> ImportProblem | None:
    """Why these columns are no products."""
    if "name" in columns.values() or "template" in columns.values():
        return None
    return ImportProblem(
        1, phrase("No column is called Name. Put the titles of the columns into the first row.")
    )


def _meaning(title: str, known: Mapping[str, str]) -> tuple[str, int]:
    """What a title means, and how well known it is for that, 0 being best."""
    marked = _MARKED.fullmatch(title)
    if marked:
        return "=" + known.get(_plain(marked[1]), marked[1].strip()), 0
    plain = _plain(_IN_BRACKETS.sub("", title))
    if plain in _BY_TITLE:
        return _BY_TITLE[plain]
    attribute = known.get(plain) or known.get(_plain(_ATTRIBUTES.get(plain, "")))
    attribute = attribute or _ATTRIBUTES.get(plain, "")
    return (f"={attribute}" if attribute else ""), 0


def _plain(title: str) -> str:
    return "".join(sign for sign in title.casefold() if sign.isalnum() or sign == "্")
