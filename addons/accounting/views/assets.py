"""Fixed assets and their categories: lists, forms, labels."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.assets import (
    ASSET_STATES,
    METHODS,
    PRORATA,
    Asset,
    AssetCategory,
    AssetMove,
)
from addons.accounting.permissions import EDIT_ASSETS, EDIT_CHART, POST_ENTRY, VIEW_BOOKS
from addons.accounting.services.assets import keeping, register
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Importing,
    ListView,
    Operations,
    Print,
    Related,
    Report,
    Resource,
    Section,
    msg,
    phrase,
)

_ACCOUNTS: Final = "accounting.accounts"
_AS_CATEGORY: Final = ("", msg("As its category says"))
_METHODS: Final = (_AS_CATEGORY, *METHODS)


def _as_category(session: Session) -> str:
    return ""


def _put_into_service(session: Session, asset: Asset) -> str:
    keeping.put_into_service(session, asset)
    return phrase("{asset} is in service.", asset=asset.name)


def _entries(session: Session, asset: Asset) -> list[Related]:
    found = select(AssetMove).where(AssetMove.asset_id == asset.id, AssetMove.entry_id.is_not(None))
    moves = session.scalars(found.order_by(AssetMove.id.desc()).limit(12))
    return [Related("accounting.entries", move.entry_id, msg("Posted")) for move in moves]


CATEGORIES: Final = Resource(
    name="asset-categories",
    model=AssetCategory,
    title=msg("Asset categories"),
    singular=msg("Asset category"),
    help=msg("How assets of a kind are depreciated, and on which accounts they stand."),
    access=Access(VIEW_BOOKS, EDIT_CHART, EDIT_CHART, EDIT_CHART),
    columns=(
        Column("name", msg("Name")),
        Column("method", msg("Method"), choices=METHODS),
        Column("months", msg("Life in months")),
        Column("asset_account.code", msg("Asset account")),
    ),
    record_title=lambda category: category.name,
    form=(
        Section(
            msg("Category"),
            (
                Field("name", msg("Name")),
                Field("method", msg("Method"), choices=METHODS),
                Field("months", msg("Life in months")),
                Field(
                    "rate",
                    msg("Declining rate, percent a year"),
                    help=msg("Left empty, double what the straight line takes."),
                ),
                Field("switches", msg("Go over to the straight line when that takes more")),
                Field("prorata", msg("Parts of a year"), choices=PRORATA),
            ),
        ),
        Section(
            msg("Accounts"),
            (
                Field("asset_account_id", msg("Asset account"), reference=_ACCOUNTS),
                Field(
                    "depreciation_account_id",
                    msg("Accumulated depreciation"),
                    reference=_ACCOUNTS,
                ),
                Field("expense_account_id", msg("Depreciation expense"), reference=_ACCOUNTS),
                Field("gain_account_id", msg("Gain on disposal"), reference=_ACCOUNTS),
                Field("loss_account_id", msg("Loss on disposal"), reference=_ACCOUNTS),
                Field("surplus_account_id", msg("Revaluation surplus"), reference=_ACCOUNTS),
                Field("impairment_account_id", msg("Impairment"), reference=_ACCOUNTS),
            ),
        ),
    ),
    search=("name",),
    order=("name",),
    operations=Operations(update=keeping.update_category),
)

ASSETS: Final = Resource(
    name="assets",
    model=Asset,
    title=msg("Fixed assets"),
    singular=msg("Fixed asset"),
    help=msg("What the company uses for years. Schedule and disposal are in the register."),
    access=Access(VIEW_BOOKS, EDIT_ASSETS, EDIT_ASSETS, EDIT_ASSETS),
    columns=(
        Column("number", msg("Number")),
        Column("name", msg("Name")),
        Column("category.name", msg("Category")),
        Column("in_service_on", msg("In service on")),
        Column("cost", msg("Cost"), widget="money", total=True),
        Column("location", msg("Location")),
        Column("custodian", msg("Custodian"), optional=True),
        Column("serial", msg("Serial number"), optional=True),
        Column(
            "state",
            msg("State"),
            choices=ASSET_STATES,
            tones=(("draft", "warning"), ("in_service", "good")),
        ),
    ),
    record_title=lambda asset: f"{asset.number or ''} {asset.name}".strip(),
    form=(
        Section(
            msg("Asset"),
            (
                Field("name", msg("Name")),
                Field("category_id", msg("Category"), reference="accounting.asset-categories"),
                Field("acquired_on", msg("Acquired on")),
                Field("in_service_on", msg("In service on"), required=False),
                Field("cost", msg("Cost"), widget="money"),
                Field("salvage", msg("Salvage value"), widget="money", required=False),
                Field(
                    "counter_account_id",
                    msg("Paid from"),
                    reference=_ACCOUNTS,
                    help=msg("Left empty, cost and depreciation are in the books already."),
                ),
                Field("supplier", msg("Supplier")),
            ),
        ),
        Section(
            msg("Depreciation"),
            (
                Field(
                    "method", msg("Method"), choices=_METHODS, required=False, initial=_as_category
                ),
                Field("months", msg("Life in months"), required=False),
                Field("rate", msg("Declining rate, percent a year"), required=False),
                Field(
                    "prorata",
                    msg("Parts of a year"),
                    choices=(_AS_CATEGORY, *PRORATA),
                    required=False,
                    initial=_as_category,
                ),
                Field("units", msg("Units in its life"), required=False),
                Field(
                    "opening",
                    msg("Depreciated before these books"),
                    widget="money",
                    required=False,
                ),
                Field("opening_on", msg("Up to"), required=False),
            ),
            help=msg("What is left empty comes from the category."),
        ),
        Section(
            msg("Where it is"),
            (
                Field("number", msg("Number on its tag"), required=False),
                Field("serial", msg("Serial number")),
                Field("location", msg("Location")),
                Field("custodian", msg("Custodian")),
            ),
        ),
    ),
    search=("number", "name", "serial"),
    filters=(
        Filter("state", msg("State"), choices=ASSET_STATES),
        Filter("category_id", msg("Category"), reference="accounting.asset-categories"),
        Filter("location", msg("Location")),
    ),
    views=(ListView("drafts", msg("Not in service yet"), where=(("state", "draft"),)),),
    order=("number",),
    actions=(
        Action(
            "put-into-service",
            msg("Put into service"),
            POST_ENTRY,
            _put_into_service,
            when=lambda asset: asset.state == "draft",
            style="primary",
            bulk=True,
        ),
    ),
    operations=Operations(keeping.create_asset, keeping.update_asset, keeping.delete_asset),
    editable=lambda asset: asset.state != "disposed",
    state="state",
    related=_entries,
    importing=Importing(key=("number",)),
    prints=(
        Print(),
        Print("label", msg("Label"), kind="label", fields=("name", "serial"), barcode="number"),
    ),
)

RESOURCES: Final[tuple[Resource, ...]] = (CATEGORIES, ASSETS)
REPORTS: Final = (
    Report("accounting.asset_register", msg("Asset register"), VIEW_BOOKS, register.report),
)
