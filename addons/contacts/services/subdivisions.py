"""The parts of countries that addresses name, by ISO 3166-2: the divisions and districts of
Bangladesh, the regions of Saudi Arabia, the emirates of the United Arab Emirates.

Of Bangladesh all are known, so a division is checked and written in one way: by its present
spelling (some were changed by the government in 2018), whichever spelling or script was typed.
The others are offered, and what else is typed is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from addons.contacts.services.spelling import name_key
from core.api import Problem, Suggestion, phrase


@dataclass(frozen=True, slots=True)
class Division:
    """A division of Bangladesh: its names, its earlier spellings, and its districts, each with
    the spellings that it has beside the first."""

    name: str
    bengali: str
    districts: tuple[tuple[str, ...], ...]
    earlier: tuple[str, ...] = ()


DIVISIONS: Final = (
    Division(
        "Barishal", "বরিশাল",
        (("Barguna",), ("Barishal", "Barisal"), ("Bhola",), ("Jhalokathi", "Jhalakati"),
         ("Patuakhali",), ("Pirojpur",)),
        ("Barisal",),
    ),
    Division(
        "Chattogram", "চট্টগ্রাম",
        (("Bandarban",), ("Brahmanbaria",), ("Chandpur",), ("Chattogram", "Chittagong"),
         ("Cox's Bazar",), ("Cumilla", "Comilla"), ("Feni",),
         ("Khagrachhari", "Khagrachari"), ("Lakshmipur",), ("Noakhali",), ("Rangamati",)),
        ("Chittagong",),
    ),
    Division(
        "Dhaka", "ঢাকা",
        (("Dhaka", "Dacca"), ("Faridpur",), ("Gazipur",), ("Gopalganj",),
         ("Kishoreganj",), ("Madaripur",), ("Manikganj",), ("Munshiganj",),
         ("Narayanganj",), ("Narsingdi",), ("Rajbari",), ("Shariatpur",), ("Tangail",)),
        ("Dacca",),
    ),
    Division(
        "Khulna", "খুলনা",
        (("Bagerhat",), ("Chuadanga",), ("Jashore", "Jessore"), ("Jhenaidah",), ("Khulna",),
         ("Kushtia",), ("Magura",), ("Meherpur",), ("Narail",), ("Satkhira",)),
    ),
    Division(
        "Mymensingh", "ময়মনসিংহ",
        (("Jamalpur",), ("Mymensingh",), ("Netrokona", "Netrakona"), ("Sherpur",)),
    ),
    Division(
        "Rajshahi", "রাজশাহী",
        (("Bogura", "Bogra"), ("Chapai Nawabganj", "Chapainawabganj", "Nawabganj"),
         ("Joypurhat", "Jaipurhat"), ("Naogaon",), ("Natore",), ("Pabna",),
         ("Rajshahi",), ("Sirajganj",)),
    ),
    Division(
        "Rangpur", "রংপুর",
        (("Dinajpur",), ("Gaibandha",), ("Kurigram",), ("Lalmonirhat",), ("Nilphamari",),
         ("Panchagarh",), ("Rangpur",), ("Thakurgaon",)),
    ),
    Division(
        "Sylhet", "সিলেট",
        (("Habiganj",), ("Moulvibazar", "Maulvibazar"), ("Sunamganj",), ("Sylhet",)),
    ),
)  # fmt: skip
_OTHERS: Final = (
    ("Riyadh", "الرياض"), ("Makkah", "مكة المكرمة"), ("Madinah", "المدينة المنورة"),
    ("Eastern Province", "المنطقة الشرقية"), ("Qassim", "القصيم"), ("Hail", "حائل"),
    ("Tabuk", "تبوك"), ("Northern Borders", "الحدود الشمالية"), ("Jazan", "جازان"),
    ("Najran", "نجران"), ("Al Bahah", "الباحة"), ("Al Jawf", "الجوف"), ("Asir", "عسير"),
    ("Abu Dhabi", "أبو ظبي"), ("Ajman", "عجمان"), ("Dubai", "دبي"), ("Fujairah", "الفجيرة"),
    ("Ras Al Khaimah", "رأس الخيمة"), ("Sharjah", "الشارقة"),
    ("Umm Al Quwain", "أم القيوين"),
)  # fmt: skip


def _spelled(text: str) -> str:
    """A name for comparing: "Barisal Division" and "BARISAL" are one."""
    return name_key(text).removesuffix(" division").removesuffix(" district")


_DIVISIONS: Final[Mapping[str, Division]] = {
    _spelled(name): division
    for division in DIVISIONS
    for name in (division.name, division.bengali, *division.earlier)
}
_DISTRICTS: Final[Mapping[str, tuple[str, Division]]] = {
    _spelled(spelling): (spellings[0], division)
    for division in DIVISIONS
    for spellings in division.districts
    for spelling in spellings
}


def tidy_subdivisions(values: Mapping[str, Any]) -> dict[str, str]:
    """The region and district of an address as they are written here. In Bangladesh a known
    district says which division it lies in, where none was given."""
    region, district = values.get("region") or "", values.get("district") or ""
    if values.get("country") != "BD":
        return {"region": region, "district": district}
    known = _DISTRICTS.get(_spelled(district)) if district else None
    division = _DIVISIONS.get(_spelled(region)) if region else known and known[1]
    return {
        "region": division.name if division else region,
        "district": known[0] if known else district,
    }


def subdivision_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the region and district of a tidied address."""
    region, district = values.get("region") or "", values.get("district") or ""
    if values.get("country") != "BD" or not region:
        return
    division = _DIVISIONS.get(_spelled(region))
    if division is None:
        names = ", ".join(one.name for one in DIVISIONS)
        yield Problem(
            "region",
            phrase("“{text}” is no division of Bangladesh. There are {names}.",
                   text=region, names=names),
        )  # fmt: skip
        return
    known = _DISTRICTS.get(_spelled(district)) if district else None
    if known is not None and known[1] is not division:
        yield Problem(
            "district",
            phrase("The district {district} lies in the division {division}.",
                   district=known[0], division=known[1].name),
        )  # fmt: skip


def suggest_regions(_: object, typed: str) -> list[Suggestion]:
    """Divisions of Bangladesh, Saudi regions and emirates whose name holds what was typed."""
    named = [(one.name, one.bengali) for one in DIVISIONS] + list(_OTHERS)
    return [
        Suggestion(name, f"{name} · {local}")
        for name, local in named
        if typed.strip().casefold() in f"{name} {local}".casefold()
    ]


def suggest_districts(_: object, typed: str) -> list[Suggestion]:
    """Districts of Bangladesh whose name, or whose division's, holds what was typed."""
    return [
        Suggestion(spellings[0], f"{spellings[0]} · {division.name}")
        for division in DIVISIONS
        for spellings in division.districts
        if typed.strip().casefold() in " ".join((*spellings, division.name)).casefold()
    ]
