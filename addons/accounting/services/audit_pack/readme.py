"""What an auditor reads first, in English and in Arabic."""

from __future__ import annotations

from collections.abc import Mapping

_ENGLISH = """{company}
Audit pack of the fiscal year {year}

This archive holds the books of one fiscal year, and what proves that they are complete and were
not changed after they were posted. Checking it needs Python 3.10 or newer and nothing else:

    python verify_audit_pack.py PACK.zip
    python verify_audit_pack.py PACK.zip --previous PACK-OF-LAST-YEAR.zip

The program is in the archive. It is short, so that you can read it before you trust it; every
check that it makes can be made in another way from the files below.

What is in it
  books/journals.csv          journals, each with the length and the end of its hash chain
  books/accounts.csv          chart of accounts
  books/branches.csv          branches that entries may belong to
  books/number_series.csv     number series of the year, each with its last number
  books/periods.csv           periods, and whether they are open, closed or locked
  books/entries.csv           posted entries, in the order of their journals' chains
  books/lines.csv             their lines; debit and credit in the currency of the line
  books/general_ledger.csv    the same lines by account, with the balance after each
  books/trial_balance.csv     opening, debit, credit and closing since the books began
  proof/preimages.csv         for each entry the exact text whose SHA-256 is its hash
  proof/chain.csv             the chains from the year's first entry to their ends
  documents/attachments.csv   files beside entries, invoices, bills and other documents that
                              entries were made from, with the SHA-256 of each
  documents/files/            these files, each under its SHA-256
  documents/printed.csv       who printed which entry, when and in which form
  control/change_log.csv      every change of the books' records, by whom and by which door
  control/settlements.csv     which open items were set off against which, and what was undone
  control/lock_dates.csv      lock dates; lock_exceptions.csv who might post behind them, and did
  control/who_posted.csv      who posted how much; users.csv what each of them may do
  manifest.json               the SHA-256 of every file, and the ends of the chains

How the chain works
  Each posted entry has a hash: the SHA-256 of a text that holds everything the entry says, with
  the hash of the entry before it in the same journal. Whoever changes, removes or inserts an entry
  would have to change every later hash, up to the end that manifest.json names. Compare the ends
  with what you noted at an earlier visit, or give last year's pack as --previous.

What it cannot show
  That an entry says what really happened. And that the whole archive is the one that the company
  made: compare the digest that the program prints with the one shown to you in the company's list
  of audit packs, or received from it in another way.
"""

_ARABIC = """{company}
حزمة المراجعة للسنة المالية {year}

يضم هذا الملف دفاتر سنة مالية واحدة وما يثبت أنها كاملة ولم تتغير بعد ترحيلها.
للتحقق منه يكفي Python 3.10 أو أحدث، ولا شيء غيره:

    python verify_audit_pack.py PACK.zip
    python verify_audit_pack.py PACK.zip --previous PACK-OF-LAST-YEAR.zip

البرنامج موجود داخل الملف، وهو قصير لكي تقرأه قبل أن تثق به، وكل ما يفحصه يمكن
فحصه بطريقة أخرى من الملفات التالية.

المحتويات
  books/journals.csv          دفاتر اليومية، ومع كل منها طول سلسلة التجزئة ونهايتها
  books/accounts.csv          دليل الحسابات
  books/branches.csv          الفروع التي قد تنتمي إليها القيود
  books/number_series.csv     تسلسلات الترقيم في السنة وآخر رقم في كل منها
  books/periods.csv           الفترات: مفتوحة أو مغلقة أو مقفلة نهائيا
  books/entries.csv           القيود المرحلة بترتيب سلاسل يومياتها
  books/lines.csv             سطور القيود: مدين ودائن بعملة السطر
  books/general_ledger.csv    السطور نفسها حسب الحساب مع الرصيد بعد كل سطر
  books/trial_balance.csv     ميزان المراجعة منذ بداية الدفاتر
  proof/preimages.csv         النص الذي تحسب منه تجزئة SHA-256 لكل قيد حرفا بحرف
  proof/chain.csv             السلاسل من أول قيد في السنة إلى نهاياتها
  documents/attachments.csv   مرفقات القيود ومستنداتها، وتجزئة SHA-256 لكل منها
  documents/files/            الملفات نفسها، واسم كل منها تجزئته
  documents/printed.csv       من طبع أي قيد ومتى وبأي نموذج
  control/change_log.csv      سجل التغييرات: ما الذي تغير ومن غيره
  control/settlements.csv     تسوية البنود المفتوحة وما ألغي منها
  control/lock_dates.csv      تواريخ الإقفال، وفي lock_exceptions.csv الاستثناءات منها
  control/who_posted.csv      من رحل القيود وعددها، وفي users.csv صلاحيات المستخدمين
  manifest.json               تجزئة SHA-256 لكل ملف ونهايات السلاسل

كيف تعمل السلسلة
  لكل قيد مرحل تجزئة تحسب من نص يضم كل ما في القيد ومعه تجزئة القيد السابق في اليومية نفسها.
  من يغير قيدا أو يحذفه أو يضيفه يلزمه تغيير كل تجزئة بعده حتى النهاية المذكورة في manifest.json.
  قارن النهايات بما دونته في زيارة سابقة، أو أعط البرنامج حزمة السنة الماضية بالخيار --previous.

ما لا تثبته الحزمة
  أن القيد يصف ما حدث فعلا. ولا أن الملف كله هو ما أصدرته الشركة: قارن البصمة التي يطبعها البرنامج
  بالبصمة المعروضة في قائمة حزم المراجعة لدى الشركة أو التي وصلتك منها بطريق آخر.
"""


def files(company: str, year: str) -> Mapping[str, str]:
    """The texts by their names in the archive."""
    return {
        "README.en.txt": _ENGLISH.format(company=company, year=year),
        "README.ar.txt": _ARABIC.format(company=company, year=year),
    }
