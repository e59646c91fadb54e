"""What banks call the columns of their exports, in the languages that were met."""

from __future__ import annotations

import unicodedata
from typing import Final

# The first role whose words fit takes the title, so the narrower words stand first.
TITLES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("original_currency", ("original currency", "amount currency code", "local currency",
        "fremdwährung", "originalwährung", "transfer amount currency", "oorspr munt",
        "العملة الأصلية")),
    ("original_amount", ("original amount", "amount currency", "local amount", "originalbetrag",
        "betrag (fremdwährung)", "transfer amount", "oorspr bedrag", "المبلغ الأصلي")),
    ("balance", ("balance", "kontostand", "saldo", "solde", "egyenleg", "الرصيد", "رصيد", "ব্যালেন্স",
        "স্থিতি")),
    ("sign", ("d/c", "dr/cr", "cr/dr", "debit/credit", "soll/haben", "af bij", "bevétel/kiadás",
        "transaction type", "نوع الحركة")),
    ("value_date", ("value date", "valutadatum", "wertstellung", "date de valeur", "valuta",
        "rentedatum", "értéknap", "تاريخ القيمة", "تاريخ الاستحقاق")),
    ("date", ("booking date", "posting date", "posted date", "date processed", "transaction date",
        "buchungstag", "buchungsdatum", "date", "datum", "fecha", "data", "tranzakció dátuma",
        "created", "date d'opération", "التاريخ", "تاريخ العملية", "تاريخ", "তারিখ")),
    ("debit", ("debit amount", "debit", "withdrawal", "withdrawals", "paid out", "outflow",
        "money out", "débit", "debet", "soll", "مدين", "سحب", "ডেবিট")),
    ("credit", ("credit amount", "credit", "deposit", "deposits", "paid in", "inflow", "money in",
        "crédit", "haben", "دائن", "إيداع", "ক্রেডিট")),
    ("amount", ("net amount", "amount", "betrag", "bedrag", "montant", "importe", "total",
        "buchungsbetrag", "tranzakció összege", "částka", "المبلغ", "مبلغ", "পরিমাণ")),
    ("currency", ("currency", "währung", "waehrung", "munt", "monn.", "devise", "devizanem",
        "moneda", "العملة", "عملة", "মুদ্রা")),
    ("bank_id", ("transaction id", "transaction reference number", "unique id",
        "operation number", "transactiereferentie", "volgnr", "buchungsreferenz",
        "n° de transaction", "رقم العملية", "رقم الحركة")),
    ("reference", ("reference", "check number", "checknumber", "cheque", "betalingskenmerk",
        "variable symbol", "payment reference", "gestructureerde mededeling", "المرجع", "রেফারেন্স")),
    ("account", ("bank account", "counterparty iban", "partner iban", "tegenrekening",
        "rekeningnummer tegenpartij", "kontonummer", "partner számlaszáma", "counterparty",
        "حساب الطرف", "رقم حساب المستفيد")),
    ("name", ("partner name", "counterparty name", "payee", "naam tegenpartij", "empfänger",
        "auftraggeber", "beguenstigter", "merchant name", "handelaar", "name", "naam",
        "partner neve",
        "اسم المستفيد", "المستفيد", "প্রাপক")),
    ("text", ("label", "description", "details", "memo", "narration", "particulars",
        "verwendungszweck", "buchungstext", "vwz", "omschrijving", "libellé", "reason", "concepto",
        "közlemény", "communication", "mededeling", "note", "message", "toelichting",
        "البيان", "الوصف", "التفاصيل", "বিবরণ")),
)  # fmt: skip

DEBITS: Final = frozenset(
    (
        "d", "dr", "db", "debit", "soll", "s", "af", "out", "outflow", "o", "-", "withdrawal",
        "payment", "مدين", "ডেবিট",
    )
)  # fmt: skip
"""What a column of signs says of money that went out."""
CREDITS: Final = frozenset(
    (
        "c", "cr", "credit", "haben", "h", "bij", "in", "inflow", "i", "+", "deposit", "دائن",
        "ক্রেডিট",
    )
)  # fmt: skip
"""And of money that came in."""


def role_of(title: str) -> tuple[str, int] | None:
    """The role that a title names, and how well it fits: 2 for the very words, 1 for a beginning,
    0 for words somewhere in it."""
    text = normal(title)
    best: tuple[str, int] | None = None
    for role, words in TITLES:
        for word in map(normal, words):
            fit = 2 if text == word else 1 if text.startswith(word) else 0 if word in text else -1
            if fit >= 0 and (fit or len(word) > 4) and (best is None or fit > best[1]):
                best = (role, fit)
    return best


def normal(text: str) -> str:
    """A title without case, marks of vowels and what stands in it of units: (EUR)."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().replace("_", " ").split())
    return plain.rstrip(" :")
