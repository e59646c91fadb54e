"""The operator's part in reviews: hiding one with a reason, showing it again, answering."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.base import utc_now
from core.declare import Values
from core.errors import InvalidInput
from core.i18n import phrase
from core.reviews import fit_text
from tenants.reviewing.models import AddonReview


def write_down(session: Session, review: AddonReview, values: Values) -> AddonReview:
    """Keep the answer, and the reason for which it is or will be hidden. Raises InvalidInput for
    texts that cannot be shown, and for no reason where it is hidden."""
    if "answer" in values:
        answer = fit_text("answer", values["answer"] or "")
        if answer != review.answer:
            review.answer, review.answered_at = answer, utc_now() if answer else None
    if "answered_as" in values:
        review.answered_as = values["answered_as"]
    if "hidden_reason" in values:
        review.hidden_reason = fit_text("hidden_reason", values["hidden_reason"] or "")
    if review.status == "hidden":
        _refuse_without_reason(review)
    session.flush()
    return review


def hide(session: Session, review: AddonReview) -> None:
    """Show it to nobody but its author, who reads why. Raises InvalidInput without a reason."""
    _refuse_without_reason(review)
    review.status, review.hidden_by, review.hidden_at = "hidden", actor(session).name, utc_now()
    session.flush()


def show_again(session: Session, review: AddonReview) -> None:
    """Show it as before. Who had hidden it, when and why stays in the trail."""
    review.status, review.hidden_reason, review.hidden_by = "shown", "", ""
    review.hidden_at = None
    session.flush()


def _refuse_without_reason(review: AddonReview) -> None:
    if not review.hidden_reason:
        raise InvalidInput.of(
            "hidden_reason", phrase("Write the reason first. The company reads it.")
        )
