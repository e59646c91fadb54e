"""The list of all notices, and their form."""

from __future__ import annotations

from core.api import Access, Column, Field, Filter, Operations, Resource, Section, msg

from .models import Notice
from .permissions import POST_NOTICES, SEE_NOTICES
from .services.notices import post_notice

NOTICES = Resource(
    name="notices",
    model=Notice,
    title=msg("Notices"),
    singular=msg("Notice"),
    access=Access(read=SEE_NOTICES, create=POST_NOTICES, update=POST_NOTICES, delete=POST_NOTICES),
    columns=(
        Column("title", msg("Title")),
        Column("until", msg("Until")),
        Column("pinned", msg("Pinned")),
    ),
    record_title=lambda notice: notice.title,
    form=(
        Section(
            msg("Notice"),
            (
                Field("title", msg("Title"), required=True),
                Field("body", msg("Text")),
                Field("until", msg("Until")),
                Field("pinned", msg("Pinned")),
            ),
        ),
    ),
    search=("title", "body"),
    filters=(Filter("pinned", msg("Pinned")), Filter("until", msg("Until"))),
    order=("-id",),
    operations=Operations(create=post_notice),
)
