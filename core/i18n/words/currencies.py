"""What currencies and their hundredths or thousandths are called, in the forms that counting asks
for. Those that are not here are called as CLDR does, with what is left as a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LAKH_CURRENCIES: Final = frozenset({"BDT", "INR", "PKR", "NPR", "LKR"})
"""Counted in lakhs and crores in English too."""


@dataclass(frozen=True, slots=True)
class ArabicNoun:
    """One, two, three to ten, eleven to ninety-nine, a hundred and more of something."""

    one: str
    two: str
    few: str
    many: str
    feminine: bool = False


def _masculine(one: str, few: str) -> ArabicNoun:
    return ArabicNoun(one, f"{one}ان", few, f"{one}ًا")


_RIYAL: Final = _masculine("ريال", "ريالات")
_DIRHAM: Final = _masculine("درهم", "دراهم")
_DINAR: Final = _masculine("دينار", "دنانير")
_FILS: Final = _masculine("فلس", "فلوس")
_HALALA: Final = ArabicNoun("هللة", "هللتان", "هللات", "هللةً", feminine=True)
_BAISA: Final = ArabicNoun("بيسة", "بيستان", "بيسات", "بيسةً", feminine=True)
_PIASTRE: Final = _masculine("قرش", "قروش")
_POUND: Final = _masculine("جنيه", "جنيهات")
_PAISA: Final = ArabicNoun("بيسة", "بيستان", "بيسات", "بيسةً", feminine=True)
_CENT: Final = _masculine("سنت", "سنتات")
_RUPEE: Final = ArabicNoun("روبية", "روبيتان", "روبيات", "روبيةً", feminine=True)

ARABIC: Final[dict[str, tuple[ArabicNoun, ArabicNoun]]] = {
    "SAR": (_RIYAL, _HALALA),
    "QAR": (_RIYAL, _DIRHAM),
    "OMR": (_RIYAL, _BAISA),
    "YER": (_RIYAL, _FILS),
    "AED": (_DIRHAM, _FILS),
    "KWD": (_DINAR, _FILS),
    "BHD": (_DINAR, _FILS),
    "JOD": (_DINAR, _FILS),
    "IQD": (_DINAR, _FILS),
    "EGP": (_POUND, _PIASTRE),
    "BDT": (ArabicNoun("تاكا", "تاكتان", "تاكات", "تاكا", feminine=True), _PAISA),
    "INR": (_RUPEE, _PAISA),
    "PKR": (_RUPEE, _PAISA),
    "USD": (_masculine("دولار", "دولارات"), _CENT),
    "EUR": (ArabicNoun("يورو", "يوروان", "يوروات", "يورو"), _CENT),
    "GBP": (_POUND, _masculine("بنس", "بنسات")),
}

ENGLISH: Final[dict[str, tuple[str, str, str, str]]] = {
    "SAR": ("riyal", "riyals", "halala", "halalas"),
    "QAR": ("riyal", "riyals", "dirham", "dirhams"),
    "OMR": ("rial", "rials", "baisa", "baisas"),
    "YER": ("rial", "rials", "fils", "fils"),
    "AED": ("dirham", "dirhams", "fils", "fils"),
    "KWD": ("dinar", "dinars", "fils", "fils"),
    "BHD": ("dinar", "dinars", "fils", "fils"),
    "JOD": ("dinar", "dinars", "fils", "fils"),
    "IQD": ("dinar", "dinars", "fils", "fils"),
    "EGP": ("pound", "pounds", "piastre", "piastres"),
    "BDT": ("taka", "taka", "paisa", "paisa"),
    "INR": ("rupee", "rupees", "paisa", "paise"),
    "PKR": ("rupee", "rupees", "paisa", "paisa"),
    "USD": ("dollar", "dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
}
"""One and several of the currency, one and several of its parts."""

BENGALI: Final[dict[str, tuple[str, str]]] = {
    "BDT": ("টাকা", "পয়সা"),
    "INR": ("রুপি", "পয়সা"),
    "PKR": ("রুপি", "পয়সা"),
    "SAR": ("রিয়াল", "হালালা"),
    "QAR": ("রিয়াল", "দিরহাম"),
    "OMR": ("রিয়াল", "বাইসা"),
    "AED": ("দিরহাম", "ফিলস"),
    "KWD": ("দিনার", "ফিলস"),
    "BHD": ("দিনার", "ফিলস"),
    "USD": ("ডলার", "সেন্ট"),
    "EUR": ("ইউরো", "সেন্ট"),
    "GBP": ("পাউন্ড", "পেন্স"),
}
