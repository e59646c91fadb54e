"""Views of a list that a resource brings along: a filter, an order, columns and a grouping."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListView:
    """A view of a resource's list: `ListView("drafts", "Drafts", where=(("state", "draft"),))`.

    `where` holds pairs as an address has them: `("date__during", "this_month")`; a pair for
    each value where several will do. `columns`, `group` (one or two: `"customer_id"`,
    `"date:month"`) and `sort` (`"-date"`) are the list's own where they are left out. It opens
    first for those who hold a role of `default_for`, unless they or their company chose another.
    """

    name: str
    title: str
    where: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    search: str = ""
    default_for: tuple[str, ...] = ()
