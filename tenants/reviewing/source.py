"""The reviews of this deployment, read and written for whoever asks: the `Reviews` of a process.

On a connection apart from the broker's (tenants.control_connection says why).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, LiteralString

import psycopg
import structlog
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.session import binding
from core.errors import Forbidden, Unavailable
from core.i18n import phrase
from core.reviews import (
    PER_PAGE,
    Answer,
    Draft,
    Found,
    Order,
    OwnReview,
    Question,
    Rating,
    Review,
)
from tenants.control_connection import ControlConnection
from tenants.permissions import SEE, SEE_CUSTOMERS

log = structlog.get_logger(__name__)

# What a company in the bin said is not shown, and comes back with it.
_SHOWN: Final[LiteralString] = """
  FROM tenants.review
  JOIN tenants.organization AS company ON company.id = review.organization_id
 WHERE review.status = 'shown' AND company.status IN ('active', 'suspended')
   AND (%(sellers)s::bigint[] IS NULL OR company.reseller_id = ANY (%(sellers)s))
"""
_RATINGS: Final[LiteralString] = f"""
SELECT review.addon, count(*), avg(review.stars) {_SHOWN} GROUP BY review.addon
"""
_COUNTS: Final[LiteralString] = f"""
SELECT review.stars, count(*) {_SHOWN} AND review.addon = %(addon)s GROUP BY review.stars
"""
_PAGE: Final[LiteralString] = f"""
SELECT review.id, review.stars, review.text, review.addon_version, review.written_at,
       CASE WHEN review.named THEN company.title ELSE '' END, company.id = %(me)s,
       review.answer, review.answered_as, review.answered_at
{_SHOWN} AND review.addon = %(addon)s AND (%(stars)s = 0 OR review.stars = %(stars)s)
"""
_PAGES: Final[Mapping[Order, LiteralString]] = {
    "newest": f"{_PAGE} ORDER BY review.written_at DESC, review.id DESC"
    " LIMIT %(limit)s OFFSET %(offset)s",
    "best": f"{_PAGE} ORDER BY review.stars DESC, review.written_at DESC, review.id DESC"
    " LIMIT %(limit)s OFFSET %(offset)s",
    "worst": f"{_PAGE} ORDER BY review.stars, review.written_at DESC, review.id DESC"
    " LIMIT %(limit)s OFFSET %(offset)s",
}
_OWN: Final[LiteralString] = """
SELECT stars, text, named, addon_version, written_at,
       CASE WHEN status = 'hidden' THEN hidden_reason ELSE '' END
  FROM tenants.review WHERE organization_id = %(me)s AND addon = %(addon)s
"""
# One that is hidden stays so, whatever becomes of its text.
_WRITE: Final[LiteralString] = """
INSERT INTO tenants.review
       (organization_id, addon, title, addon_version, stars, text, named)
VALUES (%(me)s, %(addon)s, %(title)s, %(version)s, %(stars)s, %(text)s, %(named)s)
ON CONFLICT (organization_id, addon) DO UPDATE
   SET title = excluded.title, addon_version = excluded.addon_version, stars = excluded.stars,
       text = excluded.text, named = excluded.named, written_at = now()
"""
_REMOVE: Final[LiteralString] = """
DELETE FROM tenants.review WHERE organization_id = %(me)s AND addon = %(addon)s RETURNING id
"""


class ControlReviews:
    """The `Reviews` over the control plane's database. Thread-safe."""

    def __init__(self, connection: ControlConnection) -> None:
        self._connection = connection

    def ratings(self, session: Session) -> Mapping[str, Rating]:
        """What the reviews that the reader sees come to, by addon."""
        rows = self._connection.run(_RATINGS, {"sellers": _sellers(session)})
        return {addon: Rating(count, Decimal(average)) for addon, count, average in rows}

    def of(self, session: Session, addon: str, question: Question) -> Found:
        """The reviews of an addon that are shown to the reader."""
        values = {"sellers": _sellers(session), "addon": addon}
        counts = dict(self._connection.run(_COUNTS, values))
        asked = {
            **values,
            "me": binding(session).tenant.id,
            "stars": question.stars,
            "limit": PER_PAGE,
            "offset": (question.page - 1) * PER_PAGE,
        }
        rows = self._connection.run(_PAGES[question.order], asked)
        number = counts.get(question.stars, 0) if question.stars else sum(counts.values())
        return Found(tuple(map(_review, rows)), counts, -(-number // PER_PAGE))

    def own(self, session: Session, addon: str) -> OwnReview | None:
        """What the reader's company wrote of it."""
        values = {"me": binding(session).tenant.id, "addon": addon}
        for stars, text, named, version, written_at, hidden in self._connection.run(_OWN, values):
            return OwnReview(Draft(stars, text, named, version), written_at, hidden)
        return None

    def write(self, session: Session, addon: str, title: str, draft: Draft) -> None:
        """Publish the company's review; raises Forbidden for what is no company of its own."""
        tenant = binding(session).tenant
        if tenant.is_control or tenant.keeps_to_itself:
            raise Forbidden(phrase("Only a company of its own reviews addons."))
        values = {
            "me": tenant.id,
            "addon": addon,
            "title": title,
            "version": draft.version,
            "stars": draft.stars,
            "text": draft.text,
            "named": draft.named,
        }
        self._change(_WRITE, values)

    def remove(self, session: Session, addon: str) -> bool:
        """Take the company's review back for good; says whether there was one."""
        values = {"me": binding(session).tenant.id, "addon": addon}
        return bool(self._change(_REMOVE, values))

    def _change(self, statement: LiteralString, values: Mapping[str, Any]) -> list[Any]:
        try:
            return self._connection.run(statement, values)
        except psycopg.OperationalError as error:
            log.warning("review not taken", tenant=values["me"], reason=str(error).strip())
            raise Unavailable(
                phrase("The platform cannot be told at the moment. Please try again.")
            ) from error


def _sellers(session: Session) -> list[int] | None:
    """Whose customers' reviews the reader sees: everybody's (None) in a company, and where somebody
    looks after the deployment; else those of the resellers that they work for."""
    who = actor(session)
    if not binding(session).tenant.is_control or who.may(SEE.code):
        return None
    return sorted(who.teams if who.scope(SEE_CUSTOMERS.code) == "team" else ())


def _review(row: tuple[Any, ...]) -> Review:
    key, stars, text, version, written_at, company, is_own, answer, by, answered_at = row
    return Review(
        id=key,
        stars=stars,
        text=text,
        version=version,
        written_at=written_at,
        company=company,
        is_own=is_own,
        answer=Answer(answer, by, answered_at) if answer else None,
    )
