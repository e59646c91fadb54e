"""A list as somebody asked for it: what it offers them, the state of its address, and how they
read. Whatever shows, counts, exports or changes the records of a list begins with `ask`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import InvalidInput, Problem
from core.web.request import Request
from core.web.resources.criteria import Criteria
from core.web.resources.culture import Culture
from core.web.resources.links import ListAddress
from core.web.resources.list_fields import ListFields, list_fields
from core.web.resources.shape import Shape
from core.web.resources.showing import Translate, culture_for, translator
from core.web.resources.views.opening import Opened, open_list
from core.web.resources.views.state import ListState, plain_state, read_state


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as it was asked for; with problems its state is the plain one, and nothing is to
    be looked up."""

    shape: Shape
    fields: ListFields
    opened: Opened
    state: ListState
    problems: tuple[Problem, ...]
    culture: Culture
    translate: Translate

    @property
    def address(self) -> ListAddress:
        """All of the state, as links have it."""
        return self.opened.address

    @property
    def criteria(self) -> Criteria:
        """Which records, in which order."""
        return self.state.criteria


def ask(session: Session, shape: Shape, request: Request) -> Asked:
    """The list of this request. What is wrong with its address is among the problems."""
    fields, culture = list_fields(session, shape), culture_for(request)
    opened = open_list(session, fields, request)
    problems: tuple[Problem, ...] = ()
    try:
        state = read_state(fields, list(opened.address.items), culture)
    except InvalidInput as error:
        state, problems = plain_state(fields), error.problems
    return Asked(shape, fields, opened, state, problems, culture, translator(session, request))


def ask_strictly(session: Session, shape: Shape, request: Request) -> Asked:
    """The list of this request; raises InvalidInput if anything about its address is wrong."""
    asked = ask(session, shape, request)
    if asked.problems:
        raise InvalidInput(asked.problems[0].message, problems=asked.problems)
    return asked
