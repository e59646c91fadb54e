"""Documents as companies in Riyadh, Dhaka and London would print them."""

from __future__ import annotations

from dataclasses import replace

from core.printing.codes import barcode_svg, qr_svg
from core.printing.design import Design, Letterhead
from core.printing.document import (
    Code,
    Company,
    Fact,
    Grid,
    GridColumn,
    InWords,
    Label,
    Note,
    Party,
    PrintedDocument,
    Second,
    Sum,
    Words,
)
from core.printing.setting import Stationery

PLAIN = Stationery(Letterhead(company="Al Noor Trading Co."), title="Paper")
DESIGN = Design(paper="a4")
ENGLISH = Words("Page {page} of {pages}", "No lines.")
ARABIC = Words("صفحة {page} من {pages}", "لا توجد بنود.")
BENGALI = Words("পৃষ্ঠা {page} / {pages}", "কোনো লাইন নেই।")

RIYADH = Company(
    "Al Noor Trading Co. Ltd",
    (
        "4142 King Fahd Road, Olaya, Riyadh 12213",
        "VAT 310122393500003 · CR 1010101010",
        "+966 11 234 5678 · sales@alnoor.example",
    ),
)
RIYADH_AR = Company(
    "شركة النور للتجارة المحدودة",
    (
        "4142 طريق الملك فهد، العليا، الرياض 12213",
        "الرقم الضريبي 310122393500003 · س.ت 1010101010",
        "هاتف \u2066+966 11 234 5678\u2069",
    ),
)
DHAKA = Company(
    "পদ্মা ট্রেডিং লিমিটেড",
    ("১২ মতিঝিল বাণিজ্যিক এলাকা, ঢাকা ১০০০", "বিআইএন 000123456-0101"),
)

_ORDER_COLUMNS = (
    GridColumn(Label("#"), figure=True),
    GridColumn(Label("Product"), weight=1.6),
    GridColumn(Label("Description"), weight=1.3),
    GridColumn(Label("Quantity"), figure=True),
    GridColumn(Label("Price"), figure=True),
    GridColumn(Label("Amount"), figure=True),
)


def english_order(lines: int = 7) -> PrintedDocument:
    """A plain order of so many lines."""
    rows = tuple(
        (
            str(place),
            f"P-{1000 + place} Steel rod {place} mm",
            "Cut to length, ends deburred" if place % 3 == 0 else "",
            f"{place * 12}",
            f"{place + 0.5:,.2f}",
            f"{place * 12 * (place + 0.5):,.2f}",
        )
        for place in range(1, lines + 1)
    )
    total = sum(place * 12 * (place + 0.5) for place in range(1, lines + 1))
    grid = Grid(Label(""), _ORDER_COLUMNS, rows, ("", "Total", "", "", "", f"{total:,.2f}"))
    return PrintedDocument(
        language="en",
        direction="ltr",
        company=RIYADH,
        title=Label("Order"),
        number="SO-2026-00042",
        design=DESIGN,
        words=ENGLISH,
        tags=("Draft",),
        party=Party(Label("Customer"), "Gulf Building Supplies (Branch 2)", ("Dammam 32241",)),
        facts=(
            Fact(Label("Date"), "22 Nov 2026"),
            Fact(Label("Reference"), "PO-7781/B"),
            Fact(Label("Delivery"), "Ex works"),
        ),
        grids=(grid if rows else replace(grid, totals=()),),
        sums=(
            Sum(Label("Subtotal"), f"{total:,.2f}"),
            Sum(Label("VAT 15%"), f"{total * 0.15:,.2f}"),
            Sum(Label("Total"), f"SAR\N{NO-BREAK SPACE}{total * 1.15:,.2f}", strong=True),
        ),
        codes=(Code(barcode_svg("SO-2026-00042", "code128"), 13),),
        notes=(Note(Label("Remark"), "Deliver before noon.\nCall the gate first."),),
        signatures=("Prepared by", "Received by"),
        footer="Al Noor Trading Co. Ltd · IBAN SA03 8000 0000 6080 1016 7519",
    )


def arabic_invoice() -> PrintedDocument:
    """A bilingual tax invoice with everything that upsets bidirectional text."""
    columns = (
        GridColumn(Label("#"), figure=True),
        GridColumn(Label("الصنف", "Product"), weight=2),
        GridColumn(Label("الكمية", "Quantity"), figure=True),
        GridColumn(Label("السعر", "Price"), figure=True),
        GridColumn(Label("المبلغ", "Amount"), figure=True),
    )
    rows = (
        ("1", "حديد تسليح 12 مم (لفة)", "12", "1,250.50", "15,006.00"),
        ("2", "Cement bag (50 kg) – premium", "-3", "20.00", "-60.00"),
        ("3", "خصم 5% على الكمية [عرض خاص]", "1", "-750.00", "-750.00"),
        ("4", "كابل USB-C طول 2 م، أسود", "4", "35.00", "140.00"),
    )
    return PrintedDocument(
        language="ar",
        direction="rtl",
        company=RIYADH_AR,
        second=Second("ltr", RIYADH),
        title=Label("فاتورة ضريبية", "Tax invoice"),
        number="INV-2026-00007",
        design=replace(DESIGN, second_language="en"),
        words=ARABIC,
        party=Party(
            Label("العميل", "Customer"), "مؤسسة الخليج لمواد البناء (الفرع 2)", ("الدمام 32241",)
        ),
        facts=(
            Fact(Label("التاريخ", "Date"), "22 نوفمبر 2026"),
            Fact(Label("الرقم المرجعي", "Reference"), "PO-7781/ب"),
            Fact(Label("شروط الدفع", "Payment terms"), "30 يوما (صافي)"),
        ),
        grids=(Grid(Label(""), columns, rows),),
        sums=(
            Sum(Label("المجموع", "Subtotal"), "14,336.00"),
            Sum(Label("ضريبة القيمة المضافة 15%", "VAT 15%"), "2,150.40"),
            Sum(Label("الإجمالي", "Total"), "\u20c1\N{NO-BREAK SPACE}16,486.40", strong=True),
        ),
        in_words=InWords(
            Label("المبلغ كتابة", "Amount in words"),
            "ستة عشر ألفا وأربعمائة وستة وثمانون ريالا وأربعون هللة",
            "Sixteen thousand four hundred eighty-six riyals and forty halalas",
        ),
        codes=(Code(qr_svg("AQ5BbCBOb29yIFRyYWRpbmc="), 28, square=True),),
        notes=(
            Note(
                Label("البيانات البنكية", "Bank details"),
                "البنك الأهلي السعودي\nIBAN SA03 8000 0000 6080 1016 7519",
            ),
        ),
        footer="شركة النور للتجارة المحدودة (ذ.م.م) – الرياض",
    )


def bengali_order() -> PrintedDocument:
    """An order with conjuncts, vowel signs on both sides of their letter, and lakhs."""
    columns = (
        GridColumn(Label("#"), figure=True),
        GridColumn(Label("পণ্য"), weight=1.6),
        GridColumn(Label("বিবরণ"), weight=1.3),
        GridColumn(Label("পরিমাণ"), figure=True),
        GridColumn(Label("মূল্য"), figure=True),
        GridColumn(Label("মোট"), figure=True),
    )
    rows = (
        ("1", "চাল (মিনিকেট) ৫০ কেজি", "প্রথম শ্রেণীর", "12", "3,400.00", "40,800.00"),
        ("2", "কৃষ্ণচূড়া স্টিলের আলমারি", "ক্ষুদ্র, দুই দরজা", "7", "11,806.00", "82,642.00"),
        ("3", "Transformer 11 kV (১টি)", "কর্তৃপক্ষের অনুমোদিত", "1", "14.00", "14.00"),
    )
    return PrintedDocument(
        language="bn",
        direction="ltr",
        company=DHAKA,
        title=Label("ক্রয়াদেশ"),
        number="PO-০০৪২",
        design=DESIGN,
        words=BENGALI,
        tags=("খসড়া",),
        facts=(
            Fact(Label("তারিখ"), "22 নভেম্বর, 2026"),
            Fact(Label("সরবরাহকারী"), "শ্রী কৃষ্ণচন্দ্র এন্ড সন্স"),
            Fact(Label("মুদ্রা"), "টাকা (৳)"),
            Fact(Label("অবস্থা"), "অনুমোদনের অপেক্ষায়"),
        ),
        grids=(Grid(Label(""), columns, rows),),
        sums=(Sum(Label("সর্বমোট"), "৳\N{NO-BREAK SPACE}1,23,456.00", strong=True),),
        in_words=InWords(Label("কথায়"), "এক লক্ষ তেইশ হাজার চারশত ছাপ্পান্ন টাকা মাত্র"),
        signatures=("প্রস্তুতকারী", "অনুমোদনকারী"),
    )


def journal_entry() -> PrintedDocument:
    """A posted entry, as the books have it."""
    columns = (
        GridColumn(Label("#"), figure=True),
        GridColumn(Label("Account"), weight=1.6),
        GridColumn(Label("Label"), weight=1.3),
        GridColumn(Label("Debit"), figure=True),
        GridColumn(Label("Credit"), figure=True),
        GridColumn(Label("Currency"), weight=0.5),
    )
    rows = (
        ("1", "1110 Cash in hand", "Till 3", "1,150.00", "", "SAR"),
        ("2", "4000 Sales", "", "", "1,000.00", "SAR"),
        ("3", "2200 Output VAT", "15%", "", "150.00", "SAR"),
    )
    grid = Grid(Label(""), columns, rows, ("", "Total", "", "1,150.00", "1,150.00", ""))
    return PrintedDocument(
        language="en",
        direction="ltr",
        company=RIYADH,
        title=Label("Journal entry"),
        number="GEN/2026/00017",
        design=DESIGN,
        words=ENGLISH,
        facts=(
            Fact(Label("Journal"), "General"),
            Fact(Label("Date"), "22 Nov 2026"),
            Fact(Label("Reference"), "Z-report 17"),
            Fact(Label("Partner"), "Walk-in customers"),
            Fact(Label("Posted at"), "22 Nov 2026 18:30"),
            Fact(
                Label("Hash"),
                "9f86d081884c7d659a2feaa0c55a\u200bd015a3bf4f1b2b0b822cd15d6c1\u200b5b0f",
            ),
        ),
        grids=(grid,),
        notes=(Note(Label("Narration"), "Cash sales of the day."),),
    )


PAPERS = {
    "order-en": english_order,
    "invoice-ar": arabic_invoice,
    "order-bn": bengali_order,
    "entry-en": journal_entry,
}
