"""What stands around the rows of a list: heads that sort, totals, the count, and the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.declare import msg
from core.i18n.formats import number
from core.web.request import Request
from core.web.resources import counting
from core.web.resources.counting import Count, Total
from core.web.resources.culture import Culture
from core.web.resources.keyset import Slice, last_page
from core.web.resources.list_rows import css_class
from core.web.resources.selection import narrow
from core.web.resources.shape import Shown
from core.web.resources.showing import Translate
from core.web.resources.views.asking import Asked


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where a click sorts, where one with Shift sorts besides, and how it
    is sorted now: which way, and as the how manieth key of several."""

    name: str
    title: str
    css: str
    link: str
    also: str
    sorted: str
    place: int


def heads(asked: Asked) -> tuple[Head, ...]:
    """The heads of the columns shown."""
    order = asked.criteria.order
    # The primary key behind them all is no order that anybody asked for.
    keys = {key.name: (place, down) for place, (key, down) in enumerate(order[:-1] or order, 1)}
    asked_for = next((value for name, value in asked.address.items if name == "sort"), "")
    address, made = asked.address.maker("sort"), []
    for column in asked.state.columns:
        place, descending = keys.get(column.name, (0, False))
        turned = f"-{column.name}" if place and not descending else column.name
        sortable = column.name in asked.fields.sortable
        others = [
            name for name in asked_for.split(",") if name and name.removeprefix("-") != column.name
        ]
        made.append(
            Head(
                name=column.name,
                title=asked.translate(column.title),
                css=css_class(column),
                link=address(turned if place == 1 else column.name) if sortable else "",
                also=address(",".join([*others, turned])) if sortable and others else "",
                sorted="" if not place else "descending" if descending else "ascending",
                place=place if "," in asked_for else 0,
            )
        )
    return tuple(made)


def paging(asked: Asked, found: Slice, at_start: bool) -> Mapping[str, str]:
    """Links to other pages; none leads to the present one."""
    link = asked.address.maker("cursor")
    return {
        "first": "" if at_start else link(""),
        "previous": link(found.previous) if found.previous else "",
        "next": link(found.next) if found.next else "",
        "last": link(last_page(asked.criteria.order)) if found.next else "",
    }


def count_words(locale: str, count: Count, translate: Translate) -> str:
    """How many records there are; an estimate is told as one."""
    figure = number(locale, count.number if count.exact else _rounded(count.number))
    if not count.exact:
        return translate(msg("about {count} records")).format(count=figure)
    if count.number == 1:
        return translate(msg("1 record"))
    return translate(msg("{count} records")).format(count=figure)


def totals(session: Session, request: Request, asked: Asked, count: Count) -> Mapping[str, Any]:
    """The sums, at once or, over very many records, when they are asked for."""
    summed = [column for column in asked.state.columns if column.total]
    if not summed or not count.number:
        return {"totals": (), "totals_link": ""}
    if count.number > counting.TOTALS_UP_TO and "totals" not in request.query:
        return {"totals": (), "totals_link": asked.address.maker("totals")("1")}
    sums = read_totals(session, asked, summed)
    return {"totals": total_lines(sums, asked.state.columns, asked.culture), "totals_link": ""}


def read_totals(session: Session, asked: Asked, summed: Sequence[Shown]) -> list[Total]:
    """The sums of these columns over all that the list lets through."""
    used = [column.attribute for column in summed]
    used += [column.currency for column in summed if column.currency]
    key = asked.shape.key.expression
    matching = narrow(session, asked.shape, select(key), asked.criteria, *used)
    return counting.totals(session, matching, summed)


def total_lines(
    sums: Sequence[Total], columns: Sequence[Shown], culture: Culture
) -> list[tuple[str, list[str]]]:
    """The sums as lines under the columns, one for each currency."""
    lines = []
    for currency in dict.fromkeys(total.currency for total in sums):
        amounts = {total.column: total.amount for total in sums if total.currency == currency}
        texts = [
            column.kind.show(amounts[column.name], culture) if column.name in amounts else ""
            for column in columns
        ]
        lines.append((currency, texts))
    return lines


def _rounded(estimate: int) -> int:
    """To two digits: an estimate must not look exact."""
    magnitude = 10 ** max(0, len(str(estimate)) - 2)
    return round(estimate / magnitude) * magnitude
