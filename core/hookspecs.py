"""Every hook of the platform, by phase. An addon implements those it needs in `plugin.py`.

The `register_*` hooks run once per process; what they return is frozen into the catalog under
the addon's name. They only return lists: no work, no database, no import of the outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core import declare

PROJECT = "aorabooks"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# --- once per process --------------------------------------------------------------------


@hookspec
def register_models() -> list[type]:
    """The addon's tables, all in the PostgreSQL schema that bears its name."""
    return []


@hookspec
def register_permissions() -> list[declare.Permission]:
    """The permissions that the addon's routes, resources and actions ask for."""
    return []


@hookspec
def register_roles() -> list[declare.Role]:
    """Roles offered to the tenant's admin, who may change them."""
    return []


@hookspec
def register_options() -> list[declare.OptionSet]:
    """Settings of the addon per tenant."""
    return []


@hookspec
def register_resources() -> list[declare.Resource]:
    """Documents and master records, each with list, form, actions and JSON API."""
    return []


@hookspec
def register_routes() -> list[declare.Route]:
    """Pages and calls that are no resource, below the addon's URL prefix."""
    return []


@hookspec
def register_menu() -> list[declare.MenuItem]:
    """Menu entries."""
    return []


@hookspec
def register_slots() -> list[declare.Slot]:
    """Pieces put into named places of other addons' pages."""
    return []


@hookspec
def register_jobs() -> list[declare.Job]:
    """Background jobs, on request or on a schedule."""
    return []


@hookspec
def register_extensions() -> list[declare.Extension]:
    """Implementations of other addons' extension points."""
    return []


@hookspec
def register_reports() -> list[declare.Report]:
    """Named reports over a period."""
    return []


@hookspec
def register_imports() -> list[declare.Importer]:
    """Kinds of file that the addon can import."""
    return []


@hookspec
def register_invariants() -> list[declare.Invariant]:
    """What is always true of the addon's data; run by doctor, drills and tests."""
    return []


@hookspec
def register_cards() -> list[declare.Card]:
    """Cards of the start page, for everybody to arrange: figures with a trend (FigureCard), charts
    (ChartCard) and short lists of records (ListCard)."""
    return []


@hookspec
def register_onboarding() -> list[declare.OnboardingStep]:
    """What a new company or user should see to, as a list to tick off on the start page."""
    return []


@hookspec
def register_templates() -> list[declare.TemplateFolder]:
    """Folders of Jinja templates."""
    return []


# --- per tenant, inside the transaction of the change ---------------------------------------


@hookspec
def addon_enabled(session: Session) -> None:
    """The addon was just enabled for this tenant, for the first time or again: put in what it
    cannot work without. Called for the addon alone; must be repeatable."""


@hookspec
def addon_disabled(session: Session) -> None:
    """The addon is about to be disabled for this tenant; its data stays."""


@hookspec
def addon_purging(session: Session) -> None:
    """The addon's schema is about to be dropped for this tenant: let go of what is elsewhere."""


@hookspec
def addons_changed(session: Session) -> None:
    """The tenant's addons, or their versions, are not what they were: bring into step what
    you keep about all of them. Called for each enabled addon; must be repeatable."""


@hookspec
def sample_settings(session: Session) -> None:
    """Set a sample company up as its administrator would: a chart of accounts, taxes, warehouses.
    Called once, in load order, before any addon's `sample_data`."""


@hookspec
def sample_data(session: Session) -> None:
    """Fill a sample company with what shows the addon at its best: records of the last months,
    made by the addon's own services. Called once, in load order, in a company that was made for
    it and that reaches nobody outside (core.tenancy.samples)."""


# --- per request, enabled addons only --------------------------------------------------------


@hookspec
def find_records(session: Session, text: str) -> list[declare.FoundRecord]:
    """Hits of the global search for `text`, best first, a handful at the most."""
    return []


@hookspec
def find_troubles(session: Session) -> list[declare.Trouble]:
    """What does not work and somebody should see to: a connection that is lost, a certificate
    about to lapse. Failed jobs, idle addons and failing invariants are found without it."""
    return []


@hookspec
def page_tiles(session: Session) -> list[declare.Tile]:
    """Figures for the tenant's start page."""
    return []
