"""Finds entries of the catalogue by words, category, and what the reader looks for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from core.reviews import MOST_STARS, Rating
from core.shop import Listing, Listings
from core.web.catalogue.entries import Entry
from core.web.request import Request

PER_PAGE: Final = 24
_LONGEST: Final = 100

Shown = Literal["all", "ours", "more"]
"""Everything, what the reader has or may switch on, or what they could have besides."""
Order = Literal["", "rating"]
"""By how well the words fit and then by title, or the best rated first."""
Translate = Callable[[str], str]
Folded = Callable[[Listing], tuple[str, str]]
"""The title of a listing, and the rest of its words, folded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of the catalogue, as its address says it. `rated` is how many stars an
    addon has at least, on average; 0 lets through what nobody has reviewed, too."""

    words: str = ""
    category: str = ""
    tier: str = ""
    shown: Shown = "all"
    rated: int = 0
    order: Order = ""
    page: int = 1

    def url(self, path: str, **changed: object) -> str:
        """The address of the same question with these parts of it changed."""
        values = {
            "q": self.words,
            "category": self.category,
            "tier": self.tier,
            "show": "" if self.shown == "all" else self.shown,
            "rated": self.rated,
            "order": self.order,
            **changed,
        }
        query = urlencode({key: value for key, value in values.items() if value})
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, how many there are in all, and how many in each category of
    what the other parts of the question let through."""

    entries: Sequence[Entry]
    count: int
    categories: Sequence[tuple[str, int]]
    pages: int


def asked(request: Request) -> Asked:
    """What the address asks for; what makes no sense is left out."""
    query = request.query
    page, shown = query.get("page", ""), query.get("show", "")
    rated = query.get("rated", "")
    return Asked(
        words=query.get("q", "").strip()[:_LONGEST],
        category=query.get("category", "")[:_LONGEST],
        tier=query.get("tier", "")[:_LONGEST],
        shown=shown if shown in get_args(Shown) else "all",  # type: ignore[arg-type]
        rated=int(rated) if rated in map(str, range(1, MOST_STARS + 1)) else 0,
        order="rating" if query.get("order") == "rating" else "",
        page=min(int(page), 100_000) if page.isascii() and page.isdigit() and page != "0" else 1,
    )


def find(
    entries: Iterable[Entry], question: Asked, folded: Folded, ratings: Mapping[str, Rating]
) -> Found:
    """The entries that fit, the best first: a word in the title counts more than one elsewhere,
    unless the best rated are asked for."""
    words = fold(question.words).split()
    fitting = [entry for entry in entries if _fits(entry, question, ratings)]
    weighed = [(_weight(entry, words, folded), entry) for entry in fitting]
    matching = [(weight, entry) for weight, entry in weighed if weight]
    if question.order == "rating":
        matching.sort(key=lambda pair: _rank(ratings.get(pair[1].listing.name)), reverse=True)
    elif words:
        matching.sort(key=lambda pair: -pair[0])
    categories = _counted(entry for _, entry in matching)
    if question.category:
        wanted = question.category
        matching = [pair for pair in matching if pair[1].listing.category == wanted]
    first = (question.page - 1) * PER_PAGE
    return Found(
        entries=[entry for _, entry in matching[first : first + PER_PAGE]],
        count=len(matching),
        categories=categories,
        pages=-(-len(matching) // PER_PAGE),
    )


def folded_in(listings: Listings, locale: str, translate: Translate) -> Folded:
    """Titles, and all other words, of listings in this language and in English, ready to be
    searched. Each is folded once, for as long as the listings stay what they are."""
    kept = listings.folded.setdefault(locale, {})

    def folded(listing: Listing) -> tuple[str, str]:
        found = kept.get(listing.name)
        if found is None:
            found = kept[listing.name] = (
                fold(f"{listing.title} {translate(listing.title)} {listing.name}"),
                fold(
                    f"{listing.summary} {translate(listing.summary)} {listing.publisher}"
                    f" {listing.category} {translate(listing.category)}"
                ),
            )
        return found

    return folded


def fold(text: str) -> str:
    """Text without case and accents, so that "café" is found by "cafe"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _fits(entry: Entry, question: Asked, ratings: Mapping[str, Rating]) -> bool:
    if question.tier and entry.listing.tier != question.tier:
        return False
    if question.rated and _rank(ratings.get(entry.listing.name))[0] < question.rated:
        return False
    ours = entry.is_ours or bool(entry.status is None and entry.listing.installed)
    return question.shown == "all" or ours == (question.shown == "ours")


def _rank(rating: Rating | None) -> tuple[Decimal, int]:
    """By its stars, and among equals by how many say so; what nobody has reviewed comes last."""
    return (Decimal(0), 0) if rating is None else (rating.average, rating.count)


def _weight(entry: Entry, words: Sequence[str], folded: Folded) -> int:
    """How well all words fit; 0 where one is missing."""
    if not words:
        return 1
    title, rest = folded(entry.listing)
    total = 0
    for word in words:
        if title.startswith(word) or f" {word}" in title:
            total += 4
        elif word in title:
            total += 3
        elif f" {word}" in f" {rest}":
            total += 2
        elif word in rest:
            total += 1
        else:
            return 0
    return total


def _counted(entries: Iterable[Entry]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for entry in entries:
        category = entry.listing.category
        counts[category] = counts.get(category, 0) + 1
    return sorted(counts.items())
