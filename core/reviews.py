"""Reviews of addons as the kernel sees them: what companies say of what they have worked with.

They are kept outside all companies, by the control plane. A review leaves its company because an
administrator sends it, and takes nothing else along.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, Protocol

from core.errors import InvalidInput
from core.i18n import phrase

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Order = Literal["newest", "best", "worst"]
Answerer = Literal["publisher", "operator"]

MOST_STARS: Final = 5
LONGEST: Final = 2000
"""Characters of a review, and of an answer to one."""
PER_PAGE: Final = 10
_UNSEEN: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
"""Categories of signs that nobody sees or that have no meaning to others."""
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the order of letters around, and what stands beside a text with it."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What all reviews of an addon come to: their number, and the mean of their stars."""

    count: int
    average: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """What the addon's publisher, or the platform's operator, wrote beneath a review."""

    text: str
    by: Answerer
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A review as others read it. `version` is that of the addon that was reviewed, `company` the
    author's name if its administrator said so, else empty."""

    id: int
    stars: int
    text: str
    version: str
    written_at: datetime
    company: str = ""
    is_own: bool = False
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a company sends. `named` lets others read its name beside it."""

    stars: int
    text: str
    named: bool
    version: str


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A company's own review. `hidden` is why the operator hides it, empty while others see it."""

    draft: Draft
    written_at: datetime
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Which reviews of an addon somebody wants to read: those with so many stars (0 is any), in
    which order, and which page of them, counted from 1."""

    stars: int = 0
    order: Order = "newest"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """One page of reviews. `counts` says how many there are of each number of stars, whatever the
    question; `pages` how many pages the question has."""

    reviews: tuple[Review, ...] = ()
    counts: Mapping[int, int] = field(default_factory=dict)
    pages: int = 0

    @property
    def rating(self) -> Rating | None:
        """What all of them come to; None where there are none."""
        count = sum(self.counts.values())
        if not count:
            return None
        stars = sum(stars * number for stars, number in self.counts.items())
        return Rating(count, Decimal(stars) / count)


class Reviews(Protocol):
    """The reviews of this deployment. What is asked of them is asked by the tenant and the actor
    that the session is bound to: a company reads all that are shown, and writes its own; whoever
    works for a reseller reads those of the reseller's customers."""

    def ratings(self, session: Session) -> Mapping[str, Rating]:
        """By addon; those without a review are left out."""
        ...

    def of(self, session: Session, addon: str, question: Question) -> Found:
        """The reviews of an addon that are shown to the reader."""
        ...

    def own(self, session: Session, addon: str) -> OwnReview | None:
        """What the reader's company wrote of it."""
        ...

    def write(self, session: Session, addon: str, title: str, draft: Draft) -> None:
        """Publish the company's review of an addon, in the place of the one before. Raises
        Unavailable while the control plane is out of reach."""
        ...

    def remove(self, session: Session, addon: str) -> bool:
        """Take the company's review back for good; says whether there was one. Raises as
        `write`."""
        ...


def fit_text(field: str, text: str) -> str:
    """A review or an answer as it is kept. Raises InvalidInput, naming the field, for one that is
    too long or holds control characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if len(text) > LONGEST:
        sentence = phrase("Write at most {count} characters.", count=LONGEST)
        raise InvalidInput.of(field, sentence)
    for sign in text:
        if (unicodedata.category(sign) in _UNSEEN and sign not in "\n\t") or sign in _DIRECTIONS:
            sentence = phrase("The text holds control characters. Write it without them.")
            raise InvalidInput.of(field, sentence)
    return text
