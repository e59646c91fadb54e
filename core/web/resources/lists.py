"""The list of a resource: rows of declared columns, one page of them, with their totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.errors import InvalidInput, Problem
from core.i18n.formats import number
from core.web.replies import Fragment, Page, Reply
from core.web.request import Request
from core.web.resources import counting
from core.web.resources.criteria import Criteria, complete, read_criteria
from core.web.resources.keyset import Slice, last_page, read_cursor
from core.web.resources.links import address_maker, list_address
from core.web.resources.list_filters import chips, filter_controls
from core.web.resources.list_rows import css_class, rows_html
from core.web.resources.listing import read_list
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape
from core.web.resources.showing import Translate, culture_for, translator


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where a click sorts, and how it is sorted now."""

    title: str
    css: str
    link: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as it was asked for; with problems nothing is looked up."""

    criteria: Criteria
    problems: tuple[Problem, ...]


def list_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The page, or for htmx the part of it that changes."""
    translate = translator(session, request)
    asked = _asked(shape, request)
    context = {
        "shape": shape,
        "resource": shape.resource,
        "heads": _heads(shape, request, asked.criteria, translate),
        "filters": filter_controls(session, request, shape, translate, asked.problems),
        "chips": chips(session, request, shape, asked.criteria, translate),
        "problems": asked.problems,
        "search": request.query.get("q", ""),
        "sort": request.query.get("sort", ""),
        "may_create": _may_create(shape, session),
        **_content(shape, session, request, asked, translate),
    }
    status = 422 if asked.problems else 200
    if request.wants == "fragment":
        # The address bar gets the list without the empty parameters of its form.
        url = list_address(request, shape.url, keep_place=True)
        return Fragment(
            "core/resources/list_body.html", context, status=status, headers={"HX-Push-Url": url}
        )
    return Page("core/resources/list.html", context, status=status)


def _asked(shape: Shape, request: Request) -> Asked:
    try:
        criteria = read_criteria(
            shape, request.query.multi_items(), culture_for(request), strict=False
        )
        return Asked(criteria, ())
    except InvalidInput as error:
        return Asked(Criteria("", (), complete(shape, shape.order)), error.problems)


def _content(
    shape: Shape, session: Session, request: Request, asked: Asked, translate: Translate
) -> Mapping[str, Any]:
    """What comes from the database."""
    criteria = asked.criteria
    if asked.problems:
        return {"rows": "", "paging": {}, "count": "", "totals": (), "narrowed": True}
    position = read_cursor(request.query.get("cursor", ""), criteria.order)
    listing = read_list(session, shape, criteria, position)
    return {
        "rows": rows_html(shape, listing.page.rows, culture_for(request), translate),
        "paging": _paging(shape, request, criteria, listing.page, position is None),
        "count": _count_words(request, listing.count, translate),
        "narrowed": criteria.narrowed,
        **_totals(shape, session, request, criteria, listing.count),
    }


def _heads(shape: Shape, request: Request, criteria: Criteria, translate: Translate) -> list[Head]:
    leading, descending = criteria.order[0]
    address, heads = address_maker(request, shape.url, "sort"), []
    for column in shape.columns:
        is_leading = column.name == leading.name
        state = ("descending" if descending else "ascending") if is_leading else ""
        wanted = f"-{column.name}" if state == "ascending" else column.name
        heads.append(
            Head(
                title=translate(column.title),
                css=css_class(column),
                link=address(wanted),
                sorted=state,
            )
        )
    return heads


def _paging(
    shape: Shape, request: Request, criteria: Criteria, found: Slice, at_start: bool
) -> dict[str, str]:
    link = address_maker(request, shape.url, "cursor")
    return {
        "first": "" if at_start else link(""),
        "previous": link(found.previous) if found.previous else "",
        "next": link(found.next) if found.next else "",
        "last": link(last_page(criteria.order)) if found.next else "",
    }


def _count_words(request: Request, count: counting.Count, translate: Translate) -> str:
    figure = number(request.locale, count.number if count.exact else _rounded(count.number))
    if count.exact:
        return (
            translate("1 record")
            if count.number == 1
            else translate("{count} records").format(count=figure)
        )
    return translate("about {count} records").format(count=figure)


def _rounded(estimate: int) -> int:
    """To two digits: an estimate must not look exact."""
    magnitude = 10 ** max(0, len(str(estimate)) - 2)
    return round(estimate / magnitude) * magnitude


def _totals(
    shape: Shape, session: Session, request: Request, criteria: Criteria, count: counting.Count
) -> dict[str, Any]:
    """The sums, at once or, over very many records, when they are asked for."""
    summed = [column for column in shape.columns if column.total]
    if not summed or not count.number:
        return {"totals": (), "totals_link": ""}
    if count.number > counting.TOTALS_UP_TO and "totals" not in request.query:
        link = address_maker(request, shape.url, "totals")("1")
        return {"totals": (), "totals_link": link}
    used = [column.attribute for column in summed]
    used += [column.currency for column in summed if column.currency]
    matching = narrow(session, shape, select(shape.key.expression), criteria, *used)
    sums = counting.totals(session, matching, summed)
    culture = culture_for(request)
    lines = []
    for currency in dict.fromkeys(total.currency for total in sums):
        by_column = {t.column: t.amount for t in sums if t.currency == currency}
        lines.append(
            (
                currency,
                [
                    column.kind.show(by_column[column.name], culture)
                    if column.name in by_column
                    else ""
                    for column in shape.columns
                ],
            )
        )
    return {"totals": lines, "totals_link": ""}


def _may_create(shape: Shape, session: Session) -> bool:
    create = shape.resource.access.create
    return create is not None and bool(shape.groups) and actor(session).may(create.code)
