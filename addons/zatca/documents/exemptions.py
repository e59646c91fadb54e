"""Codes under which VAT is not charged, with words in Arabic and English (BT-121, BT-120).

ZATCA, Electronic Invoice XML Implementation Standard 11.2.4; the articles are those of the VAT
Implementing Regulations of Saudi Arabia. The words are ours: the standard asks for the meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from addons.zatca.documents.values import Exemption, TaxCategory

OUT_OF_SCOPE: Final = "VATEX-SA-OOS"
NEEDS_CITIZEN: Final = frozenset({"VATEX-SA-EDU", "VATEX-SA-HEA"})
"""Of these the buyer's national identity is asked for (BR-KSA-49)."""

_WORDS: Final[Mapping[str, tuple[TaxCategory, str]]] = {
    "VATEX-SA-29": ("E", "Financial services | خدمات مالية"),
    "VATEX-SA-29-7": ("E", "Life insurance services | خدمات التأمين على الحياة"),
    "VATEX-SA-30": ("E", "Real estate transactions | توريدات عقارية معفاة"),
    "VATEX-SA-32": ("Z", "Export of goods | تصدير سلع"),
    "VATEX-SA-32(bis)": ("Z", "Goods under customs suspension | سلع تحت وضع معلق للرسوم الجمركية"),
    "VATEX-SA-33": ("Z", "Export of services | تصدير خدمات"),
    "VATEX-SA-34-1": ("Z", "International transport of goods | نقل دولي للسلع"),
    "VATEX-SA-34-2": ("Z", "International transport of passengers | نقل دولي للركاب"),
    "VATEX-SA-34-3": ("Z", "Services with passenger transport | خدمات مرتبطة بنقل الركاب"),
    "VATEX-SA-34-4": ("Z", "Supply of a means of transport | توريد وسيلة نقل مؤهلة"),
    "VATEX-SA-34-5": ("Z", "Services for transport of goods or passengers | خدمات متعلقة بالنقل"),
    "VATEX-SA-35": ("Z", "Medicines and medical equipment | أدوية ومعدات طبية"),
    "VATEX-SA-36": ("Z", "Qualifying metals | معادن مؤهلة"),
    "VATEX-SA-EDU": ("Z", "Private education for citizens | تعليم أهلي للمواطنين"),
    "VATEX-SA-HEA": ("Z", "Private healthcare for citizens | رعاية صحية خاصة للمواطنين"),
    "VATEX-SA-MLTRY": ("Z", "Qualified military goods | سلع عسكرية مؤهلة"),
    "VATEX-SA-DIPLOMAT": ("Z", "Supplies to diplomatic missions | توريدات للبعثات الدبلوماسية"),
    "VATEX-SA-DUTYFREE": ("Z", "Duty-free goods | سلع الأسواق الحرة"),
    "VATEX-SA-ROYALDECREE": ("Z", "VAT borne by the Government | ضريبة تتحملها الدولة"),
    "VATEX-SA-OOS": ("O", "Not subject to VAT | غير خاضع لضريبة القيمة المضافة"),
}

EXEMPTIONS: Final[Mapping[str, Exemption]] = {
    code: Exemption(code, words) for code, (_, words) in _WORDS.items()
}
CATEGORY_OF: Final[Mapping[str, TaxCategory]] = {
    code: category for code, (category, _) in _WORDS.items()
}
