"""Ways to pay: which there are, and where in the books their money goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import money_journals
from addons.pos.models import METHOD_KINDS, Method
from addons.pos.permissions import SET_UP, VIEW_SESSIONS
from addons.pos.services import methods
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    Operations,
    Resource,
    Section,
    Suggestion,
    msg,
)


def _suggest_accounts(session: Session, text: str) -> Sequence[Suggestion]:
    known = money_journals(session)
    return [
        Suggestion(one.account, one.title) for one in known if text.lower() in one.title.lower()
    ]


METHODS: Final = Resource(
    name="methods",
    model=Method,
    title=msg("Ways to pay"),
    singular=msg("Way to pay"),
    help=msg("Cash, cards and what else customers pay with at the tills."),
    access=Access(VIEW_SESSIONS, SET_UP, SET_UP, SET_UP),
    columns=(
        Column("name", msg("Name")),
        Column("kind", msg("Kind"), choices=METHOD_KINDS),
        Column("account", msg("Account")),
        Column("register_id", msg("Only at"), optional=True),
        Column("active", msg("Active")),
    ),
    record_title=lambda method: method.name,
    search=("name", "name_local"),
    filters=(Filter("kind", msg("Kind"), choices=METHOD_KINDS), Filter("active", msg("Active"))),
    order=("position", "id"),
    form=(
        Section(
            msg("Way to pay"),
            (
                Field("name", msg("Name")),
                Field("name_local", msg("Name in the other language"), required=False),
                Field("kind", msg("Kind"), choices=METHOD_KINDS),
                Field(
                    "account",
                    msg("Account"),
                    required=False,
                    suggest=_suggest_accounts,
                    help=msg("Where the money lies. Left empty, the books choose."),
                ),
                Field(
                    "register_id",
                    msg("Only at"),
                    reference="pos.registers",
                    help=msg("A till whose drawer has an account of its own."),
                ),
                Field("opens_drawer", msg("Opens the drawer")),
                Field("position", msg("Place")),
                Field("active", msg("Active")),
            ),
        ),
    ),
    operations=Operations(methods.create_method, methods.update_method),
    displays=Displays(board=False),
    customizable=False,
)
