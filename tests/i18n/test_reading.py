"""What a translator writes into a `.po` file is what gettext finds, as GNU's own tools have it."""

from __future__ import annotations

import os
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.i18n import Languages
from core.i18n.reading import Spoken, words_of

ROOT = Path(__file__).parents[2]
FILE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\n"

msgid "tea"
msgstr "شاي"

msgctxt "meal"
msgid "tea"
msgstr "عصرونة"

msgid "one cup"
msgid_plural "{n} cups"
msgstr[0] "لا أكواب"
msgstr[1] "كوب"
msgstr[2] "كوبان"
msgstr[3] "{n} أكواب"
msgstr[4] ""
msgstr[5] "{n} كوب"

#, fuzzy
msgid "coffee"
msgstr "شاي"

msgid "milk"
msgstr ""

#~ msgid "cocoa"
#~ msgstr "كاكاو"
"""  # noqa: E501 - a header is one line


def test_words_are_those_of_the_compiled_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_text(FILE)
    ours, theirs = Spoken([words_of(path, "ar")]), compiled(path)
    for spoken in (ours, theirs):
        assert spoken.gettext("tea") == "شاي"
        assert spoken.pgettext("meal", "tea") == "عصرونة"
        assert [spoken.gettext(word) for word in ("coffee", "milk", "cocoa")] == [
            "coffee",
            "milk",
            "cocoa",
        ]
    cups = [ours.ngettext("one cup", "{n} cups", number) for number in range(120)]
    assert cups == [theirs.ngettext("one cup", "{n} cups", number) for number in range(120)]
    assert cups[:4] == ["لا أكواب", "كوب", "كوبان", "{n} أكواب"]
    assert cups[11] == "{n} cups"


def test_the_kernels_words_are_those_of_its_compiled_file() -> None:
    path = ROOT / "core" / "locale" / "ar" / "LC_MESSAGES" / "messages.po"
    ours, theirs = Spoken([words_of(path, "ar")]), compiled(path)
    with path.open("rb") as file:
        known = [message for message in read_po(file, locale="ar") if isinstance(message.id, str)]
    assert len(known) > 1000
    for message in known[1:]:
        context, word = message.context or "", str(message.id)
        assert ours.pgettext(context, word) == theirs.pgettext(context, word)
        assert ours.gettext(word) == theirs.gettext(word)


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "tea" / "locale" / "ar" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    for moment, word in enumerate(("شاي", "شاي أخضر"), start=1):
        path.write_text(FILE.replace('"شاي"', f'"{word}"'))
        os.utime(path, (moment, moment))
        assert Languages([tmp_path / "tea" / "locale"]).translate("ar", "tea") == word


def compiled(path: Path) -> GNUTranslations:
    file = BytesIO()
    with path.open("rb") as source:
        write_mo(file, read_po(source, locale="ar"))
    file.seek(0)
    return GNUTranslations(file)
