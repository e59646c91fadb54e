"""Who is named in a text: an @ before a user's name, as it is typed or chosen from the list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.models import User


@dataclass(frozen=True, slots=True)
class Mention:
    """A user who is named, under the name they had then."""

    id: int
    name: str


def mentioned_in(session: Session, text: str, chosen: Collection[int] = ()) -> list[Mention]:
    """The active users named in a text. Where several bear one name, `chosen` says who is meant."""
    if "@" not in text:
        return []
    named = func.strpos(func.lower(text), func.lower("@" + User.name)) > 0
    found = session.execute(select(User.id, User.name).where(User.is_active, named))
    return name_matches(text, [Mention(*row) for row in found], chosen)


def name_matches(
    text: str, candidates: Iterable[Mention], chosen: Collection[int] = ()
) -> list[Mention]:
    """Those candidates whose whole name stands behind an @: the longest one at each place."""
    by_name: dict[str, list[Mention]] = {}
    for one in candidates:
        by_name.setdefault(one.name.casefold(), []).append(one)
    meant: dict[int, Mention] = {}
    for start, end in spans(text, by_name):
        bearers = by_name[text[start + 1 : end].casefold()]
        picked = [one for one in bearers if one.id in chosen] or bearers
        meant |= {one.id: one for one in picked}
    return list(meant.values())


def spans(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Where in a text an @ and one of these names stand, as begin and end."""
    longest_first = sorted({name.casefold() for name in names if name}, key=len, reverse=True)
    found: list[tuple[int, int]] = []
    at = text.find("@")
    while at >= 0:
        end = next((e for name in longest_first if (e := _end(text, at, name))), 0)
        if end:
            found.append((at, end))
        at = text.find("@", max(end, at + 1))
    return found


def _end(text: str, at: int, name: str) -> int:
    """Where the name that begins behind this @ ends; 0 if another word stands there."""
    if at > 0 and (text[at - 1].isalnum() or text[at - 1] in "._-"):
        return 0  # inside an e-mail address
    end = at + 1 + len(name)
    if text[at + 1 : end].casefold() != name:
        return 0
    return 0 if end < len(text) and text[end].isalnum() else end
