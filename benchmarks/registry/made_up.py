"""A registry with as many addons as are wanted, of names and texts that are made up: signed and
published like any other, but with no packages behind its records."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from addon_registry import keys
from addon_registry.repository import state
from addon_registry.repository.change import Change
from addon_registry.repository.client import Registry
from addon_registry.repository.founding import found
from addon_registry.repository.layout import release_path
from addon_registry.repository.publishers import add_publisher
from addon_registry.repository.signing_keys import read_folders
from addon_registry.repository.trust import trust
from core.db.base import utc_now

_SUBJECTS: Final = (
    *("Rental", "Fleet", "Clinic", "School", "Garden", "Hotel", "Catering", "Quarry", "Bakery"),
    *("Museum", "Harbour", "Tailor", "Laundry", "Workshop", "Library", "Cinema", "Gym", "Farm"),
)
_THINGS: Final = (
    *("contracts", "bookings", "inspections", "price lists", "loyalty cards", "timesheets"),
    *("checklists", "forecasts", "repairs", "tickets", "deliveries", "surveys"),
)
_CATEGORIES: Final = ("Finance", "Sales", "Operations", "People", "Website", "Reports")
_TIERS: Final = ("none", "bronze", "silver", "gold", "platinum")
_CHANGES: Final = "- Lists open faster.\n- Printing knows a second language.\n- Small repairs."


def made_up_registry(
    folder: Path, trust_folder: Path, count: int, pictures: Mapping[str, bytes] | None = None
) -> Registry:
    """A registry of `count` addons with three releases each below `folder`, trusted and read.

    `pictures` become the screenshots of every third addon.
    """
    repository, key_folder = folder / "registry", folder / "keys"
    founded = found(repository, key_folder)
    at_hand = read_folders([key_folder])
    publisher = keys.generate()
    for name in ("Northwind Tools", "Delta Apps"):
        key = publisher if name == "Northwind Tools" else keys.generate()
        grants = ["x*"] if name == "Northwind Tools" else ["y*"]
        add_publisher(repository, name, key.public_key(), grants, at_hand=at_hand)
    with state.held(repository) as current:
        change = Change(current, at_hand, utc_now())
        key_id = keys.key_id(publisher.public_key())
        dice = random.Random(7)
        shots = [
            _file(change.put_release_file(release_path("x_shots", "1.0.0", name), content))
            for name, content in (pictures or {}).items()
        ]
        change.put_records(
            {
                f"x_addon_{number}": _releases(dice, number, key_id, [] if number % 3 else shots)
                for number in range(1, count + 1)
            }
        )
        change.commit()
    trust(trust_folder, str(repository), root=founded.root.read_bytes())
    registry = Registry(trust_folder)
    registry.refresh()
    return registry


def _releases(
    dice: random.Random, number: int, key_id: str, shots: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    name = f"x_addon_{number}"
    subject, thing = dice.choice(_SUBJECTS), dice.choice(_THINGS)
    manifest = {
        "name": name,
        "title": f"{subject} {thing} {number}",
        "summary": f"Keeps {thing} for a {subject.lower()}, with reminders, prints and a board.",
        "core": ">=1,<2",
        "depends": ["contacts >=1"] if number % 4 == 0 else [],
        "category": dice.choice(_CATEGORIES),
        "licence": dice.choice(("standard", "premium")),
        "privacy": "Keeps names and telephone numbers of those who ask.",
        "permissions": ["Reads contacts.", f"Changes {thing}."],
        "needs": ["network"] if number % 2 else [],
        "hosts": ["api.example.com"] if number % 2 else [],
        "homepage": "https://addons.example.com/",
        "support": "help@example.com",
    }
    now = utc_now().replace(microsecond=0)
    return [
        {
            "version": version,
            "manifest": manifest | {"version": version},
            "wheel": _nothing(name, version, "wheel"),
            "signature": _nothing(name, version, "sig"),
            "key_id": key_id,
            "published_at": (now - timedelta(days=age)).isoformat(),
            "tier": dice.choice(_TIERS),
            "audit": [],
            "changelog": _CHANGES,
            "readme": None,
            "screenshots": shots,
            "yanked": "",
        }
        for version, age in (("1.0.0", 300), ("1.1.0", 90), ("1.2.0", 9))
    ]


def _nothing(name: str, version: str, kind: str) -> dict[str, Any]:
    path = release_path(name, version, f"{name}.{kind}")
    return {"path": path, "size": 48_000, "sha256": "0" * 64}


def _file(target: Any) -> dict[str, Any]:
    return {"path": target.path, "size": target.length, "sha256": target.hashes["sha256"]}
