"""A statement as a trace may show it: no value that stands in it, and a short name.

Values go to PostgreSQL beside the statement. What stands in its text all the same, such as a number
or the key of a field that a company has made, is blanked out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LONGEST: Final = 2000
"""Characters: a literal that is cut off there is blanked out as well."""
_KEPT: Final = 2048

_PIECE: Final = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<text> [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<name> "(?:[^"]|"")*" )
    | (?P<parameter> %\(\w+\)s | \$\d+ )
    | (?P<word> [A-Za-z_][\w$]* )
    | (?P<number> \d[\w.]* )
    | (?P<unclosed> '.* | ".* | /\*.* | \$\w*\$.* )
    """,
    re.VERBOSE | re.DOTALL,
)
_OUR_NAME: Final = re.compile(r'"[a-z_][a-z0-9_]*"')
_TABLE: Final = re.compile(
    r"\b(?:FROM|INTO|UPDATE|COPY)\s+(?:ONLY\s+)?(?P<table>[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*+)(?!\()",
    re.IGNORECASE,
)
"""Of a table, which every statement names with its schema; a function is called right behind."""
_SPACE: Final = re.compile(r"\s+")
_VERB: Final = re.compile(r"[A-Za-z]+")


def shown(sql: str) -> tuple[str, str]:
    """A short name, such as `SELECT core.job`, and the beginning of the text without what stands in
    it."""
    return _shown(sql[:_LONGEST])


@lru_cache(maxsize=_KEPT)
def _shown(sql: str) -> tuple[str, str]:
    bare = _SPACE.sub(" ", _PIECE.sub(_blanked, sql)).strip()
    verb = _VERB.match(bare)
    if verb is None:
        return "statement", bare
    table = _TABLE.search(bare)
    name = verb[0].upper() if table is None else f"{verb[0].upper()} {table['table'].lower()}"
    return name, bare


def _blanked(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "comment":
        return " "
    if kind in ("word", "parameter") or (kind == "name" and _OUR_NAME.fullmatch(found[0])):
        return found[0]
    return '"?"' if kind == "name" else "?"
