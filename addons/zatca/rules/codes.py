"""The code lists that the authority accepts.

Currencies and countries are taken from CLDR (babel). The authority's edition of ISO 4217 is that
of the beginning of 2017 and misses what came later (MRU, VES …), so the list is of that day. The
lists of UN/CEFACT (UNTDID 1001, 4461, 5305, 7161; edition D.16B) are in no package and stand here.
"""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.core import get_global

from addons.zatca.documents.exemptions import CATEGORY_OF

_EDITION = date(2017, 1, 2)
# Without a date in CLDR, or introduced there before ISO did.
_NOT_IN_EDITION = {"CNH", "UYW", "VED"}
_KEPT_IN_EDITION = {"SVC"}
_NOT_COUNTRIES = frozenset(  # regions of CLDR outside ISO 3166-1
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)


def _currencies() -> frozenset[str]:
    used = {
        code
        for periods in get_global("territory_currencies").values()
        for code, begun, ended, _ in periods
        if (begun is None or date(*begun) <= _EDITION)
        and (ended is None or date(*ended) >= _EDITION)
    }
    return frozenset(used - _NOT_IN_EDITION | _KEPT_IN_EDITION)


def _countries() -> frozenset[str]:
    names = {code for code in map(str, Locale("en").territories) if len(code) == 2}
    # 1A is Kosovo and XI Northern Ireland in the list of EN 16931.
    return frozenset(names - _NOT_COUNTRIES | {"1A", "XI"})


CURRENCIES = _currencies()
COUNTRIES = _countries()

ZATCA_DOCUMENT_TYPES = frozenset({"388", "381", "383", "386"})

_UNTDID_1001 = (
    "80 82 84 130 202 203 204 211 295 325 326 380 381 383 384 385 386 387 388 389 390 393 394 395 "
    "456 457 527 575 623 633 751 780 935"
)
DOCUMENT_TYPES = frozenset(_UNTDID_1001.split())
PAYMENT_MEANS = frozenset(
    [*map(str, range(1, 71)), *map(str, range(74, 79)), *map(str, range(91, 98)), "ZZZ"]
)
ZATCA_PAYMENT_MEANS = PAYMENT_MEANS - {"69"}
TAX_CATEGORIES = frozenset(["AE", "L", "M", "E", "S", "Z", "G", "O", "K", "B"])
ZATCA_CATEGORIES = ("S", "Z", "E", "O")
MIME_TYPES = frozenset(
    {
        "text/csv",
        "text/plain",
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/tiff",
        "application/acad",
        "application/dwg",
        "drawing/dwg",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
SELLER_SCHEMES = ("CRN", "MOM", "MLS", "SAG", "OTH", "700")
BUYER_SCHEMES = ("TIN", "NAT", "IQA", "PAS", "CRN", "MOM", "MLS", "700", "SAG", "GCC", "OTH")

# The authority looks for a code inside this row, so that a part of one passes as well.
CHARGE_REASONS = (
    " AA AAA AAC AAD AAE AAF AAH AAI AAS AAT AAV AAY AAZ ABA ABB ABC ABD ABF ABK ABL ABN ABR ABS "
    "ABT ABU ACF ACG ACH ACI ACJ ACK ACL ACM ACS ADC ADE ADJ ADK ADL ADM ADN ADO ADP ADQ ADR ADT "
    "ADW ADY ADZ AEA AEB AEC AED AEF AEH AEI AEJ AEK AEL AEM AEN AEO AEP AES AET AEU AEV AEW AEX "
    "AEY AEZ AJ AU CA CAB CAD CAE CAF CAI CAJ CAK CAL CAM CAN CAO CAPCAQ CAR CAS CAT CAU CAV CAW "
    "CD CG CS CT DAB DAD DL EG EP ER FAA FAB FAC FC FH FI GAA HAA HD HH IAA AB ID IF IR IS KO L1 "
    "LA LAA LAB LF MAE MI ML NAA OA PA PAA PC PL RAB RAC RAD RAF RE RF RH RV SA SAA SAD SAE SAI SG "
    "SH SM SU TAB AC TT TV V1 V2 WH XAA YY ZZZ "
)

EXEMPTION_CODES = {
    category: frozenset(code for code, own in CATEGORY_OF.items() if own == category)
    for category in ("Z", "E", "O")
}
"""The reasons that a document may give for a category without VAT."""

PREPAYMENT_EXEMPTION_CODES = {
    **EXEMPTION_CODES,
    "Z": EXEMPTION_CODES["Z"] - {"VATEX-SA-ROYALDECREE", "VATEX-SA-32(bis)"},
}
"""The same on the lines that take off an advance, where two reasons are missing."""
