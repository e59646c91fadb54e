"""What licences cost a request: the check at its door, beside a call that does nothing.

How a company stands is worked out with the rest of its addons' state, which is believed for most of
a second; that is measured too, for a company with a licence for each of many addons.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from benchmarks.figure import Figure, against
from benchmarks.stage import stage
from core.addons.catalog import Catalog, Contributions, LoadedAddon
from core.addons.manifest import Manifest
from core.addons.states import KERNEL, AddonRow, resolve
from core.db.session import binding
from core.declare import SIGNED_IN, Route
from core.tenancy.entitlements import Entitlement
from core.web.blocking import require_open
from core.web.routing import mount

NAMES: Final = ("licence_check_us", "licence_state_us")
ADDONS: Final = 40
ROUNDS: Final = 200_000
STATE_ROUNDS: Final = 500


def measure() -> Iterator[Figure]:
    """Both figures, in microseconds; the best of five runs each, as timeit advises."""
    with stage() as running, running.kernel.session(running.tenant("acme", ())) as session:
        catalog, tenant, rows = _catalog(), binding(session).tenant, _rows()
        licensed = replace(tenant, entitlements=_licences())
        binding(session).context["state"] = resolve(licensed, catalog, rows)
        door = mount("addon_1", Route("POST", "/sell", _nothing, SIGNED_IN), "/addon_1/sell")
        empty = _microseconds(lambda: _nothing(session, door), ROUNDS)
        checked = _microseconds(lambda: require_open(session, door), ROUNDS)
    yield against(NAMES[0], checked, "us", empty, "beside an empty call; to be under 5")
    bare = _microseconds(lambda: resolve(tenant, catalog, rows), STATE_ROUNDS)
    whole = _microseconds(lambda: resolve(licensed, catalog, rows), STATE_ROUNDS)
    note = f"{ADDONS} licensed addons, once in 0.8 s; beside no licences"
    yield against(NAMES[1], whole, "us", bare, note)


def _microseconds(action: Callable[[], object], rounds: int) -> float:
    return min(timeit.repeat(action, number=rounds, repeat=5)) / rounds * 1e6


def _nothing(*given: object) -> None:
    """An empty call."""


def _names() -> list[str]:
    return [f"addon_{number}" for number in range(ADDONS)]


def _catalog() -> Catalog:
    addons = {
        name: LoadedAddon(
            Manifest(name=name, title=name, summary=name, version="1.0.0", core=">=1"),
            package=name,
            folder=cast("object", None),  # type: ignore[arg-type]
            plugin=cast("object", None),  # type: ignore[arg-type]
        )
        for name in [KERNEL, *_names()]
    }
    return Catalog(addons, Contributions(), hooks=cast("object", None))  # type: ignore[arg-type]


def _rows() -> dict[str, AddonRow]:
    return {name: AddonRow(name, "enabled", "1.0.0") for name in _names()}


def _licences() -> tuple[Entitlement, ...]:
    """One for each addon, of a year each, and the renewal of each."""
    now = datetime.now(UTC)
    spans = [(now - timedelta(days=100), 265), (now + timedelta(days=165), 365)]
    return tuple(
        Entitlement(
            serial=f"{name}-{number}",
            addons=frozenset({name}),
            starts_at=begins,
            until=begins + timedelta(days=days),
            grace=timedelta(days=14),
            seats=10,
        )
        for name in _names()
        for number, (begins, days) in enumerate(spans)
    )
