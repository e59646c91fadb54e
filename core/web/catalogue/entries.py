"""What the reader sees of the catalogue: each listing with how it stands for them, and what it
costs them.

In a company that is what it has or may have: what is in the deployment and granted to it, what
its seller offers, and what it has data of. Whoever sells sees what they may sell; whoever looks
after the deployment sees everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from core.addons.preview import Step
from core.addons.states import KERNEL
from core.addons.status import AddonStatus, statuses
from core.db.session import binding
from core.kernel import Kernel
from core.shop import Listing, Listings, Offer, Shelf

Way = Literal["switch", "try", "ask", "asked", "install", "sell", "none"]
"""What the reader can do: switch it on or off, try it, ask for it, wait for the answer, install
it into the deployment, set its price, or nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A listing as one reader sees it. `status` is how it stands in their company."""

    listing: Listing
    status: AddonStatus | None = None
    offer: Offer | None = None
    way: Way = "none"

    @property
    def is_ours(self) -> bool:
        """Whether the company has it, or may switch it on without asking anybody."""
        status = self.status
        return status is not None and (status.licence is not None or status.standing != "available")

    @property
    def steps(self) -> tuple[Step, ...]:
        """What the module manager would do with it."""
        return () if self.status is None else self.status.steps


@dataclass(frozen=True, slots=True)
class Stock:
    """All that one reader sees, in the order of titles, and the shelf that it came from."""

    entries: Mapping[str, Entry]
    shelf: Shelf
    listings: Listings


def stock(session: Session) -> Stock:
    """What the session's actor sees of the catalogue."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    listings, shelf = kernel.shop.listings(kernel), kernel.shop.shelf(session)
    if bound.tenant.is_control:
        entries = _sold(listings, shelf)
    else:
        entries = _of_company(session, listings, shelf)
    return Stock({entry.listing.name: entry for entry in entries}, shelf, listings)


def _sold(listings: Listings, shelf: Shelf) -> Iterator[Entry]:
    """On the control plane: everything, or what the reader may sell and what comes for free."""
    for name, listing in listings.by_name.items():
        offer = shelf.offers.get(name)
        if shelf.sees_all:
            known = listing.installed or not shelf.install
            yield Entry(listing, None, offer, "none" if known else "install")
        elif offer is not None:
            yield Entry(listing, None, offer, "sell")
        elif listing.signature == "shipped" and listing.free:
            yield Entry(listing)


def _of_company(session: Session, listings: Listings, shelf: Shelf) -> Iterator[Entry]:
    known = {status.name: status for status in statuses(session) if status.name != KERNEL}
    for name, listing in listings.by_name.items():
        status, offer = known.pop(name, None), shelf.offers.get(name)
        entry = Entry(listing, status, offer, _way(status, offer, shelf))
        # What is here and nobody sells can be asked of the operator.
        if entry.is_ours or offer is not None or (status is not None and shelf.seller is None):
            yield entry
    yield from (Entry(_unlisted(status), status, None, "switch") for status in known.values())


def _way(status: AddonStatus | None, offer: Offer | None, shelf: Shelf) -> Way:
    licence = None if status is None else status.licence
    if licence is not None and licence.kind in ("included", "licensed"):
        return "switch"
    if offer is not None and offer.asked:
        return "asked"
    if licence is not None and not licence.is_read_only and offer is None:
        return "switch"
    if licence is None and offer is not None and offer.trial_days and not offer.tried:
        return "try" if status is not None else "ask"
    if offer is not None or (licence is None and shelf.seller is None):
        return "ask"
    return "switch"


def _unlisted(status: AddonStatus) -> Listing:
    """What only the company's database knows of: its code is gone, its data is kept."""
    return Listing(
        name=status.name,
        title=status.title,
        summary=status.summary,
        category=status.category,
        version=status.version,
        installed="",
        free=False,
        signature="unsigned",
    )
