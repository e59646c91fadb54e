"""The operator's page of reviews. It names no company: who wrote one is shown where the company
wants it, in the catalogue."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    ListView,
    MenuItem,
    Operations,
    Resource,
    Section,
    msg,
)
from core.i18n import phrase
from tenants.permissions import MANAGE_REVIEWS, SEE_REVIEWS
from tenants.reviewing import moderating
from tenants.reviewing.models import AddonReview

_STATUSES: Final = (("shown", msg("Shown")), ("hidden", msg("Hidden")))


def _hide(session: Session, review: AddonReview) -> str:
    moderating.hide(session, review)
    return phrase("Nobody sees it any more but the company that wrote it, with your reason.")


def _show_again(session: Session, review: AddonReview) -> str:
    moderating.show_again(session, review)
    return phrase("It is shown again.")


REVIEWS: Final = Resource(
    name="reviews",
    model=AddonReview,
    title=msg("Reviews"),
    singular=msg("Review"),
    help=msg("What companies say of addons in the catalogue."),
    access=Access(read=SEE_REVIEWS, update=MANAGE_REVIEWS),
    record_title=lambda review: review.title,
    columns=(
        Column("title", msg("Addon")),
        Column("stars", msg("Stars")),
        Column("text", msg("Review")),
        Column("addon_version", msg("Version")),
        Column("written_at", msg("Written")),
        Column("status", msg("Status"), choices=_STATUSES, tones=(("hidden", "warning"),)),
        Column("answered_at", msg("Answered"), optional=True),
        Column("hidden_by", msg("Hidden by"), optional=True),
    ),
    search=("title", "text"),
    filters=(
        Filter("status", msg("Status"), choices=_STATUSES),
        Filter("stars", msg("Stars")),
    ),
    order=("-written_at",),
    form=(
        Section(
            msg("Review"),
            (
                Field("title", msg("Addon"), readonly=True),
                Field("addon_version", msg("Version"), readonly=True),
                Field("stars", msg("Stars"), readonly=True),
                Field("text", msg("Review"), widget="multiline", readonly=True),
                Field("written_at", msg("Written"), readonly=True),
            ),
        ),
        Section(
            msg("Answer"),
            (
                Field(
                    "answer",
                    msg("Answer"),
                    widget="multiline",
                    required=False,
                    help=msg("It stands beneath the review, for everybody."),
                ),
                Field(
                    "answered_as",
                    msg("Whose answer it is"),
                    choices=(
                        ("operator", msg("The operator's")),
                        ("publisher", msg("The publisher's")),
                    ),
                ),
            ),
        ),
        Section(
            msg("Hiding it"),
            (
                Field("status", msg("Status"), choices=_STATUSES, readonly=True),
                Field(
                    "hidden_reason",
                    msg("Reason"),
                    widget="multiline",
                    required=False,
                    help=msg("Why it is hidden, or will be. The company reads it."),
                ),
                Field("hidden_by", msg("Hidden by"), readonly=True),
                Field("hidden_at", msg("Hidden at"), readonly=True),
            ),
        ),
    ),
    views=(ListView("hidden", msg("Hidden"), where=(("status", "hidden"),)),),
    actions=(
        Action(
            "hide",
            msg("Hide"),
            MANAGE_REVIEWS,
            _hide,
            when=lambda review: review.status == "shown",
            confirm=msg("Hide this review? The company that wrote it reads your reason."),
            style="danger",
        ),
        Action(
            "show",
            msg("Show again"),
            MANAGE_REVIEWS,
            _show_again,
            when=lambda review: review.status == "hidden",
            style="primary",
        ),
    ),
    operations=Operations(update=moderating.write_down),
    discussed=False,
    customizable=False,
)

MENU: Final = (MenuItem(msg("Reviews"), "/tenants/reviews", SEE_REVIEWS, icon="star", order=15),)
