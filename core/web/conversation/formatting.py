"""Light formatting of notes: **bold**, *italic*, `code`, lists, quotes, links and names.

Everything is escaped first, by itself; what is added around it is ours. There is no way from a
note to a tag or an attribute of its own choosing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from core.conversation.mentions import Mention, spans

_INLINE: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^*\s][^*\n]*)\*(?![\w*])"
    r"|(?P<link>https?://[^\s<>\"']{1,2000})"
)
_LINK: Final = Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>')
_TRAILING: Final = ".,;:!?)]}"
_MARKS: Final = (("- ", "ul"), ("* ", "ul"), ("> ", "blockquote"))


def formatted(text: str, mentions: Iterable[Mention] = ()) -> Markup:
    """The HTML of a note."""
    names = [one.name for one in mentions]
    parts = []
    for block, lines in groupby(text.split("\n"), key=_block_of):
        inside = [_line(line[2:] if block != "p" else line, names) for line in lines]
        parts.append(_drawn(block, inside))
    return Markup("").join(parts)


def _block_of(line: str) -> str:
    return next((block for mark, block in _MARKS if line.startswith(mark)), "p")


def _drawn(block: str, lines: list[Markup]) -> Markup:
    if block == "ul":
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
        )
    if block == "blockquote":
        return Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(lines))
    paragraphs = [list(part) for filled, part in groupby(lines, key=bool) if filled]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(part)) for part in paragraphs
    )


def _line(text: str, names: list[str]) -> Markup:
    parts: list[Markup] = []
    at = 0
    for match in _INLINE.finditer(text):
        parts += _named(text[at : match.start()], names)
        parts.append(_inline(match))
        at = match.end()
        if match.lastgroup == "link":
            at -= len(match["link"]) - len(match["link"].rstrip(_TRAILING))
    parts += _named(text[at:], names)
    return Markup("").join(parts)


def _inline(match: re.Match[str]) -> Markup:
    match match.lastgroup:
        case "code":
            return Markup("<code>{}</code>").format(match["code"])
        case "bold":
            return Markup("<strong>{}</strong>").format(match["bold"])
        case "italic":
            return Markup("<em>{}</em>").format(match["italic"])
    return _LINK.format(match["link"].rstrip(_TRAILING))


def _named(text: str, names: list[str]) -> Iterator[Markup]:
    at = 0
    for start, end in spans(text, names):
        yield escape(text[at:start])
        yield Markup('<span class="mention">{}</span>').format(text[start:end])
        at = end
    yield escape(text[at:])
