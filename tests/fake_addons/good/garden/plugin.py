"""The garden's table of contents: an implementation of every hook."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.api import (
    Access,
    Amount,
    Card,
    Column,
    Extension,
    FigureCard,
    FoundRecord,
    Importer,
    ImportOutcome,
    Invariant,
    InvariantResult,
    Job,
    Json,
    MenuItem,
    OnboardingStep,
    OptionSet,
    Period,
    Permission,
    Report,
    ReportTable,
    Request,
    Resource,
    Role,
    Route,
    Slot,
    TemplateFolder,
    Tile,
    Trouble,
    hookimpl,
)
from tests.fake_addons.good.garden import services
from tests.fake_addons.good.garden.api import Watering
from tests.fake_addons.good.garden.models import Plant, Visit
from tests.fake_addons.good.garden.options import GardenOptions
from tests.fake_addons.good.garden.permissions import READ, WRITE


class Can:
    """Watering by hand."""

    def water(self, name: str) -> str:
        return f"{name} got a can"


def show(session: Session, request: Request) -> Json:
    """All plants."""
    return Json(services.names(session))


def import_seeds(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """A plant a line."""
    for name in content.decode().split():
        services.sow(session, name)
    return ImportOutcome(created=len(content.split()), unchanged=0)


@hookimpl
def register_models() -> list[type]:
    return [Plant, Visit]


@hookimpl
def register_permissions() -> list[Permission]:
    return [READ, WRITE]


@hookimpl
def register_roles() -> list[Role]:
    return [Role("garden.gardener", "Gardener", (READ.code, WRITE.code))]


@hookimpl
def register_options() -> list[OptionSet]:
    return [OptionSet(GardenOptions, "Garden")]


@hookimpl
def register_resources() -> list[Resource]:
    return [
        Resource(
            name="plants",
            model=Plant,
            title="Plants",
            singular="Plant",
            access=Access(read=READ),
            columns=(Column("name"),),
            record_title=lambda plant: plant.name,
        )
    ]


@hookimpl
def register_routes() -> list[Route]:
    return [Route("GET", "/all", show, READ)]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [MenuItem("Plants", "/garden/plants", READ)]


@hookimpl
def register_slots() -> list[Slot]:
    return [
        Slot("garden.plant", "garden/note.html", lambda session, given: {"of": given["name"]}, READ)
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("garden.sow", "Sow a plant", lambda session, name: services.sow(session, name))]


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(Watering, "can", Can())]


@hookimpl
def register_reports() -> list[Report]:
    return [Report("garden.names", "Plants by name", READ, _report)]


@hookimpl
def register_imports() -> list[Importer]:
    return [Importer("garden.seeds", "Seeds", WRITE, import_seeds)]


@hookimpl
def register_invariants() -> list[Invariant]:
    return [Invariant("garden.named", "Every plant has a name", _all_named)]


@hookimpl
def register_cards() -> list[Card]:
    return [
        FigureCard(
            name="garden.plants",
            title="Plants in the garden",
            permission=READ,
            figures=lambda session: [Amount(len(services.names(session)))],
        )
    ]


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return [
        OnboardingStep(
            "garden.rose",
            "Plant a rose",
            "No garden without one.",
            "/garden/plants",
            WRITE,
            lambda session: "Rose" in services.names(session),
        )
    ]


@hookimpl
def sample_settings(session: Session) -> None:
    services.sow(session, "Hedge")


@hookimpl
def sample_data(session: Session) -> None:
    services.sow(session, "Sample")


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def addon_enabled(session: Session) -> None:
    if "First" not in services.names(session):
        services.sow(session, "First")


@hookimpl
def addon_disabled(session: Session) -> None:
    session.add(Plant(name=f"Resting {len(services.names(session))}"))


@hookimpl
def addon_purging(session: Session) -> None:
    services.sow(session, "Farewell")


@hookimpl
def addons_changed(session: Session) -> None:
    session.add(Visit(who="Somebody who counted the addons"))


@hookimpl
def find_records(session: Session, text: str) -> list[FoundRecord]:
    found = session.scalars(select(Plant).where(Plant.name.icontains(text, autoescape=True)))
    return [FoundRecord(plant.name, f"/garden/plants/{plant.id}", "Plant") for plant in found]


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    dry = [name for name in services.names(session) if name == "Dry"]
    return [Trouble("dry", "A plant is dry", "Nobody watered it.") for _ in dry]


@hookimpl
def page_tiles(session: Session) -> list[Tile]:
    return [Tile("Plants", str(len(services.names(session))), "/garden/plants", order=50)]


def _report(session: Session, period: Period) -> ReportTable:
    return ReportTable(("name",), tuple((name,) for name in services.names(session)))


def _all_named(session: Session) -> InvariantResult:
    return InvariantResult(holds="" not in services.names(session), figure="0 nameless")
