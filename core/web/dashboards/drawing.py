"""Makes cards ready for the page. Whatever an addon does wrong costs its own card alone, and no
card makes the page wait for long: what takes its time comes after it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from sqlalchemy.orm import Session

from core.addons.containment import contained
from core.declare import Card, ChartCard, FigureCard, ListCard, Tile
from core.i18n.formats import day
from core.web.dashboards.charts import Charted, charted
from core.web.dashboards.figures import FigureText, figure_texts
from core.web.dashboards.kept import Figures, Kept
from core.web.dashboards.layout import Pin
from core.web.dashboards.lists import ListDrawn, declared_list, pinned_charts, pinned_list
from core.web.dashboards.offers import Offer, list_at, readable
from core.web.displays.chart import Chart
from core.web.request import Request
from core.web.resources.showing import culture_for, translator

BUDGET: Final = 0.15
"""Seconds that the page may wait for its cards."""
CARDS: Final = "/core/cards"

Kind = Literal["tile", "figure", "chart", "list", "later", "failed"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as its template shows it. `live` names the channels that it listens to."""

    key: str
    title: str
    kind: Kind
    wide: bool
    help: str = ""
    url: str = ""
    live: str = ""
    text: str = ""
    figures: Sequence[FigureText] = ()
    charts: Sequence[Charted] = ()
    pivots: Sequence[Chart] = ()
    list: ListDrawn | None = None

    @property
    def element(self) -> str:
        """The id of its element."""
        return f"card-{self.key.replace('.', '-')}"

    @property
    def fetch(self) -> str:
        """Where it is fetched anew."""
        return f"{CARDS}/{self.key}{'?wide=1' if self.wide else ''}"


@dataclass(slots=True)
class Drawing:
    """Draws the cards of one page for the session's actor."""

    session: Session
    request: Request
    kept: Kept
    patient: bool = False
    """Whether cards are waited for, however long they take."""
    began: float = field(default_factory=time.monotonic)
    fresh: bool = False
    """Whether anything was worked out that is not kept yet."""

    def card(self, offer: Offer, *, wide: bool) -> Drawn:
        """One card, perhaps only its place."""
        source = offer.source
        empty = Drawn(offer.key, offer.title, "failed", wide)
        if isinstance(source, Tile):
            live, value = " ".join(source.reads), source.value
            text = day(self.request.written, value) if isinstance(value, date) else value
            return replace(empty, kind="tile", url=source.url, text=text, live=live)
        what = f"card {offer.key}"
        if isinstance(source, Pin):
            drawn = self._contained(offer, what, lambda: self._pin(empty, source))
        else:
            empty = replace(empty, help=source.help, url=source.url, live=_live(source))
            drawn = self._contained(offer, what, lambda: self._declared(empty, source))
        return drawn or empty

    def _contained(self, offer: Offer, what: str, draw: object) -> Drawn | None:
        return contained(self.session, offer.addon, what, draw)  # type: ignore[arg-type]

    @property
    def _late(self) -> bool:
        return not self.patient and time.monotonic() - self.began > BUDGET

    def _declared(self, empty: Drawn, card: Card) -> Drawn:
        if isinstance(card, ListCard):
            shape = readable(self.session, card.resource)
            if shape is None or self._late:
                return replace(empty, kind="failed" if shape is None else "later")
            found = declared_list(self.session, shape, card, self.request)
            return replace(empty, kind="list", list=found, url=card.url or found.url)
        figures = self._figures(card)
        if figures is None:
            return replace(empty, kind="later")
        translate = translator(self.session, self.request)
        if isinstance(card, FigureCard):
            texts = figure_texts(card, figures, self.request.written, translate)  # type: ignore[arg-type]
            return replace(empty, kind="figure", figures=texts)
        assert isinstance(card, ChartCard)
        rtl, culture = self.request.locale.startswith("ar"), culture_for(self.request)
        drawn = charted(card, figures, culture, translate, rtl=rtl)  # type: ignore[arg-type]
        return replace(empty, kind="chart", charts=drawn)

    def _figures(self, card: Card) -> Figures | None:
        """The card's figures, or None if they are to be had later."""
        known = self.kept.figures.get(card.name)
        if known is not None:
            return known
        if not self.patient and (card.slow or self._late):
            return None
        work = card.figures if isinstance(card, FigureCard) else card.points  # type: ignore[union-attr]
        found = list(work(self.session))
        self.kept.figures[card.name] = found
        self.fresh = True
        return found

    def _pin(self, empty: Drawn, pin: Pin) -> Drawn:
        pinned = list_at(self.session, pin.address)
        if pinned is None:
            return empty
        empty = replace(empty, url=pin.address, live=pinned.shape.full_name)
        if not self.patient and (pinned.pivot or self._late):
            return replace(empty, kind="later")
        if pinned.pivot:
            charts = pinned_charts(self.session, pinned, self.request)
            return replace(empty, kind="chart", pivots=charts)
        return replace(empty, kind="list", list=pinned_list(self.session, pinned, self.request))


def _live(card: Card) -> str:
    reads = card.reads or ((card.resource,) if isinstance(card, ListCard) else ())
    return " ".join(reads)
