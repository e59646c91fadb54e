"""Three usual levels of reminding with their letters in three languages, to begin with. Names in
braces are filled in by `levels.filled`. They ask for no fee and no interest.
"""

from __future__ import annotations

from typing import Final

_Text = tuple[str, str, str]
USUAL_LEVELS: Final[tuple[tuple[str, int, tuple[_Text, ...]], ...]] = (
    (
        "Friendly reminder",
        7,
        (
            (
                "en",
                "Reminder: payment is due",
                "Dear {partner},\nour records show that the invoices below are past their due"
                " date. If you have paid in the meantime, thank you, and please disregard this"
                " letter. Otherwise we kindly ask you to pay {total}.",
            ),
            (
                "ar",
                "تذكير: حان موعد السداد",
                "السادة {partner} المحترمين،\nتشير سجلاتنا إلى أن الفواتير أدناه قد تجاوزت تاريخ"
                " استحقاقها. إن كنتم قد سددتم فنشكركم ونرجو إهمال هذا الخطاب، وإلا فنرجو التكرم"
                " بسداد مبلغ {total}.",
            ),
            (
                "bn",
                "স্মরণপত্র: পরিশোধের সময় হয়েছে",
                "প্রিয় {partner},\nআমাদের হিসাব অনুযায়ী নিচের চালানগুলোর পরিশোধের তারিখ পেরিয়ে গেছে।"
                " ইতিমধ্যে পরিশোধ করে থাকলে ধন্যবাদ, এই চিঠি উপেক্ষা করুন। অন্যথায় অনুগ্রহ করে"
                " {total} পরিশোধ করুন।",
            ),
        ),
    ),
    (
        "Second reminder",
        21,
        (
            (
                "en",
                "Second reminder: payment is overdue",
                "Dear {partner},\nwe have not received payment of the invoices below, although we"
                " have reminded you. Please pay {total} within the next seven days, or tell us"
                " what is in the way.",
            ),
            (
                "ar",
                "تذكير ثانٍ: السداد متأخر",
                "السادة {partner} المحترمين،\nلم نستلم سداد الفواتير أدناه رغم تذكيرنا السابق. نرجو"
                " سداد مبلغ {total} خلال سبعة أيام، أو إبلاغنا بما يحول دون ذلك.",
            ),
            (
                "bn",
                "দ্বিতীয় স্মরণপত্র: পরিশোধ বিলম্বিত",
                "প্রিয় {partner},\nআগে স্মরণ করিয়ে দেওয়া সত্ত্বেও নিচের চালানগুলোর অর্থ আমরা পাইনি।"
                " অনুগ্রহ করে সাত দিনের মধ্যে {total} পরিশোধ করুন, অথবা সমস্যা থাকলে আমাদের জানান।",
            ),
        ),
    ),
    (
        "Final demand",
        35,
        (
            (
                "en",
                "Final demand for payment",
                "Dear {partner},\nthe invoices below remain unpaid after two reminders. Please"
                " pay {total} within seven days of {date}. After that we will have to take"
                " further steps to recover the amount.",
            ),
            (
                "ar",
                "مطالبة أخيرة بالسداد",
                "السادة {partner} المحترمين،\nما زالت الفواتير أدناه غير مسددة بعد تذكيرين. نرجو"
                " سداد مبلغ {total} خلال سبعة أيام من {date}، وإلا فسنضطر إلى"
                " اتخاذ خطوات أخرى لتحصيله.",
            ),
            (
                "bn",
                "পরিশোধের চূড়ান্ত দাবি",
                "প্রিয় {partner},\nদুটি স্মরণপত্রের পরও নিচের চালানগুলো অপরিশোধিত রয়েছে। {date} থেকে সাত"
                " দিনের মধ্যে {total} পরিশোধ করুন। এরপর অর্থ আদায়ে আমাদের পরবর্তী পদক্ষেপ নিতে হবে।",
            ),
        ),
    ),
)
