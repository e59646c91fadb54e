"""Customers and suppliers of real companies come in through the import wizard's door: all of them,
and a second time nothing changes."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import python_calamine as calamine
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

AsUser = Callable[..., httpx.Client]
ROOT = Path(__file__).parents[2]
IMPORTS = "/api/v1/contacts/contacts/imports"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data; script/test leaves these tests out where it is absent."""
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    if not (shared / "data").is_dir():
        pytest.fail(f"no real data at {shared}: set AORABOOKS_SHARED, or use script/test")
    return shared / "data"


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company that takes over the customers of all."""
    with fresh_tenant(kernel, "realcontacts", addons=("contacts",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def bring(kernel: Kernel, tenant: Tenant) -> Callable[..., dict[str, Any]]:
    """`bring(client, content, plan)`: a file through the wizard's door, and the job done."""

    def bring(client: httpx.Client, content: bytes, plan: dict[str, Any]) -> dict[str, Any]:
        sent = {"plan": json.dumps(plan)}
        answer = client.post(IMPORTS, files={"file": ("list.csv", content)}, data=sent)
        assert answer.status_code == 202, answer.text
        work_off(kernel, tenant)
        found = client.get(f"{IMPORTS}/{answer.json()['id']}").json()
        assert found["problems"] == []
        assert found["state"] == "done"
        return found["counts"]

    return bring


def _csv(rows: list[list[Any]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def _figures(session: Session, where: str) -> tuple[int, ...]:
    """Contacts, towns and groups of those whose number begins so."""
    found = session.execute(
        text(
            "SELECT count(*), count(DISTINCT lower(city)), count(DISTINCT group_id)"
            " FROM contacts.contact WHERE upper(code) LIKE :where"
        ),
        {"where": where},
    )
    return tuple(found.one())


def test_customers_of_a_saudi_chain_with_the_segments_as_groups(
    session: Session, as_user: AsUser, real_data: Path, bring: Callable[..., dict[str, Any]]
) -> None:
    book = calamine.CalamineWorkbook.from_path(
        real_data / "retail" / "saudi_stores" / "customers.xlsx"
    )
    rows = book.get_sheet_by_index(0).to_python()[:1201]
    plan = {"create_missing": ["group_id"], "defaults": {"is_customer": "true"}}
    counts = bring(as_user(), _csv(rows), plan)
    assert (counts["created"], counts["bad"]) == (1200, 0)
    segments = {str(row[5]).strip().casefold() for row in rows[1:]}
    towns = {str(row[4]).strip().casefold() for row in rows[1:]}
    assert _figures(session, "CUS-%") == (1200, len(towns), len(segments))
    again = bring(as_user(), _csv(rows), plan)
    assert (again["created"], again["updated"]) == (0, 0)


def test_vendors_of_a_bicycle_maker(
    session: Session, as_user: AsUser, real_data: Path, bring: Callable[..., dict[str, Any]]
) -> None:
    content = (real_data / "adventureworks" / "vendor.csv").read_bytes()
    plan = {"columns": {"activeflag": "active"}, "defaults": {"is_supplier": "true"}}
    assert bring(as_user(), content, plan)["created"] == 104
    asked = "SELECT count(*) FROM contacts.contact WHERE is_supplier AND NOT active"
    rows = csv.DictReader(io.StringIO(content.decode()))
    resting = sum(row["activeflag"] == "false" for row in rows)
    assert session.execute(text(asked)).scalar() == resting > 0


def test_customers_of_a_food_trader_with_their_addresses(
    session: Session, as_user: AsUser, real_data: Path, bring: Callable[..., dict[str, Any]]
) -> None:
    with (real_data / "northwind" / "customers.csv").open(encoding="utf-8", newline="") as file:
        titles, *rows = csv.reader(file)
    # Some addresses hold a comma that nobody quoted; those rows have a cell too many.
    whole = [dict(zip(titles, row, strict=True)) for row in rows if len(row) == len(titles)]
    countries = {"UK": "United Kingdom", "USA": "United States"}
    for row in whole:
        row["country"] = countries.get(row["country"], row["country"])
        row["region"] = "" if row["region"] == "NULL" else row["region"]
    sent = _csv([titles, *([row[title] for title in titles] for row in whole)])
    assert bring(as_user(), sent, {})["created"] == len(whole) > 60
    asked = "SELECT street, city, postal_code, country FROM contacts.contact WHERE code = 'ALFKI'"
    assert tuple(session.execute(text(asked)).one()) == ("Obere Str. 57", "Berlin", "12209", "DE")
