"""Product codes made by a pattern: "{template}-{color}-{size}", "RICE-{number:04}".

Parts are {template}, {category}, {brand}, {number} with its width, and the names of attributes.
A part stands for letters and digits alone, so that codes can be typed and scanned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.catalog.models import Product
from core.api import InvalidInput, phrase

_PARTS: Final = re.compile(r"\{([^{}:]+)(?::0?(\d{1,2}))?\}")
_NUMBER: Final = "number"
_TAKE: Final = text("""
INSERT INTO catalog.sku_series AS known (series, last) VALUES (:series, :count)
ON CONFLICT (series) DO UPDATE SET last = known.last + :count
RETURNING last
""")
_LONGEST: Final = 64


def require_sku_pattern(pattern: str, field: str = "sku_pattern") -> None:
    """Raise InvalidInput, naming the field, for what is no pattern. Without a number in it, the
    parts themselves must tell products apart; where they do not, a code is refused as taken."""
    if not pattern.strip() or _PARTS.sub("", pattern).count("{") or len(pattern) > _LONGEST:
        raise InvalidInput.of(
            field,
            phrase("{pattern} is no pattern of product codes.", pattern=pattern[:_LONGEST]),
            fix=phrase("Write it as {{template}}-{{color}}-{{number:03}}."),
        )


def make_skus(session: Session, wanted: Sequence[tuple[str, Mapping[str, str]]]) -> list[str]:
    """Codes for these patterns, each with what its parts stand for (names in lower case).

    Numbers have no gaps: each series is held until the commit, and one that fails takes none. A
    series is the code without its number. Codes that somebody typed already are passed over.
    """
    shapes = [_shape(pattern, parts) for pattern, parts in wanted]
    found = [before if width is None else "" for before, width, _ in shapes]
    series: dict[tuple[str, int, str], list[int]] = {}
    for place, (before, width, behind) in enumerate(shapes):
        if width is not None:
            series.setdefault((before, width, behind), []).append(place)
    for shape, places in series.items():
        for place, code in zip(places, _numbered(session, shape, len(places)), strict=True):
            found[place] = code
    return found


def code_part(name: str) -> str:
    """What of a name goes into a code.

    >>> code_part("Café au lait")
    'CAFE-AU-LAIT'
    """
    plain = unicodedata.normalize("NFKD", name)
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return "-".join(re.findall(r"\w+", kept.replace("_", " "), re.UNICODE)).upper()


def _shape(pattern: str, parts: Mapping[str, str]) -> tuple[str, int | None, str]:
    """The code before the number, the number's width, and the code behind it."""
    width: int | None = None
    pieces = ["", ""]
    at = 0
    for part in _PARTS.finditer(pattern):
        side = int(width is not None)
        pieces[side] += pattern[at : part.start()]
        at = part.end()
        name = part[1].strip().casefold()
        if name == _NUMBER and width is None:
            width = int(part[2] or 0)
        else:
            pieces[side] += code_part(parts.get(name, ""))
    pieces[int(width is not None)] += pattern[at:]
    return pieces[0], width, pieces[1]


def _numbered(session: Session, shape: tuple[str, int, str], count: int) -> list[str]:
    before, width, behind = shape
    series = f"{before}{{number}}{behind}"
    codes: list[str] = []
    while len(codes) < count:
        missing = count - len(codes)
        last = session.execute(_TAKE, {"series": series, "count": missing}).scalar_one()
        made = [
            f"{before}{number:0{width}d}{behind}" if width else f"{before}{number}{behind}"
            for number in range(last - missing + 1, last + 1)
        ]
        taken = _taken(session, made)
        codes += [code for code in made if code not in taken]
    return codes


def _taken(session: Session, codes: Iterable[str]) -> set[str]:
    return set(session.scalars(select(Product.sku).where(Product.sku.in_(list(codes)))))
