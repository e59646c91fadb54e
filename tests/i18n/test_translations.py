"""Every sentence of the product is there in every language that it ships."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from gettext import c2py
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from core.addons.catalog import Catalog
from core.i18n import LOCALES, Languages, Phrase, formats, negotiate, phrase
from core.i18n.catalogs import CATALOG
from core.i18n.extraction import messages_in
from core.i18n.translating import problems, update

ROOT = Path(__file__).parents[2]
PACKAGES = [ROOT / "core", ROOT / "tenants", *sorted((ROOT / "addons").glob("*/addon.toml"))]
SHOWN = frozenset({"title", "singular", "help", "confirm", "section"})


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sentence_of_a_package_is_translated(package: Path) -> None:
    assert problems(package.parent if package.is_file() else package) == []


def test_no_sentence_that_companies_read_names_the_vendor() -> None:
    """On whatever page, mail or paper it stands. Only those who start the platform are told of its
    variables, and those at the control plane of its commands."""
    folders = [ROOT / "core", *(path.parent for path in PACKAGES if path.is_file())]
    sentences = [str(each) for folder in folders for each in messages_in(folder)]
    assert len(sentences) > 3000
    naming = [each for each in sentences if "aora" in each.replace("AORABOOKS_", "").lower()]
    assert naming == []


def test_arabic_counts_as_people_do() -> None:
    """After the Unicode CLDR, which the translations are written for."""
    with (ROOT / "core/locale/ar" / CATALOG).open("rb") as file:
        form = c2py(read_po(file, locale="ar").plural_expr)
    forms = ("zero", "one", "two", "few", "many", "other")
    rule = Locale.parse("ar").plural_form
    assert {n: forms[form(n)] for n in range(250)} == {n: rule(n) for n in range(250)}


def test_a_word_has_the_sense_that_it_has_in_its_addon(catalog: Catalog) -> None:
    languages = Languages(addon.folder / "locale" for addon in catalog.addons.values())
    assert languages.translate("ar", "Order", "sales") == "الطلب"
    assert languages.translate("ar", "Order", "accounting") == "الترتيب"
    assert languages.translate("ar", "Save", "sales") == languages.translate("ar", "Save")
    inside = phrase("{number} is posted.", number=phrase("Order"))
    assert "الطلب" in languages.translate("ar", inside, "sales")


def declared(value: Any) -> set[str]:
    """The sentences in a declaration and in what it is made of."""
    if isinstance(value, tuple):
        return set().union(*map(declared, value)) if value else set()
    if not is_dataclass(value) or isinstance(value, type):
        return set()
    found = set()
    for field in fields(value):
        inner = getattr(value, field.name)
        if field.name in SHOWN and isinstance(inner, str) and inner:
            found.add(inner)
        found |= declared(inner)
    return found


def test_every_declared_title_is_marked_and_so_translated(catalog: Catalog) -> None:
    languages = Languages(addon.folder / "locale" for addon in catalog.addons.values())
    contributions = catalog.contributions
    titles = {
        title
        for kind in fields(contributions)
        for owned in getattr(contributions, kind.name)
        for title in declared(owned.item)
    }
    assert len(titles) > 50
    untranslated = {
        title for title in titles for locale in ("ar", "bn") if not has(languages, locale, title)
    }
    assert untranslated == set()


def has(languages: Languages, locale: str, message: str) -> bool:
    return message in languages.of(locale)._catalog  # type: ignore[attr-defined]


def package(folder: Path) -> Path:
    folder.mkdir()
    (folder / "addon.toml").write_text('title = "Tea"\nsummary = "Makes tea."\n')
    (folder / "services.py").write_text(
        'TITLE = msg("Tea time")\n'
        'raise Conflict("The pot is empty.", fix="Fill the pot.")\n'
        'raise InvalidInput.of("cups", phrase("{count} cups are too many.", count=9))\n'
        'print("not for people")\n'
    )
    (folder / "page.html").write_text(
        '<h1>{{ _("Welcome, {name}", name=x) }}</h1>{{ ngettext("a cup", "cups", 2) }}'
    )
    return folder


def test_sentences_are_found_in_code_templates_and_manifest(tmp_path: Path) -> None:
    assert set(messages_in(package(tmp_path / "tea"))) == {
        "Tea",
        "Makes tea.",
        "Tea time",
        "The pot is empty.",
        "Fill the pot.",
        "{count} cups are too many.",
        "Welcome, {name}",
        ("a cup", "cups"),
    }


def test_what_is_missing_and_what_lost_a_place_is_named(tmp_path: Path) -> None:
    folder = package(tmp_path / "tea")
    update(folder)
    assert "bn: 'Tea time' is not translated" in problems(folder)
    catalog = folder / "locale/ar/LC_MESSAGES/messages.po"
    sentence = 'msgid "{count} cups are too many."\nmsgstr "'
    catalog.write_text(catalog.read_text().replace(sentence, f"{sentence}{{cups}} كثيرة"))
    found = [problem for problem in problems(folder) if "cups are too many" in problem]
    assert found[0].endswith("do not have the same {places}")


def test_an_update_keeps_translations_and_changes_nothing_twice(tmp_path: Path) -> None:
    folder = package(tmp_path / "tea")
    update(folder)
    catalog = folder / "locale/ar/LC_MESSAGES/messages.po"
    untranslated = 'msgid "Tea time"\nmsgstr "'
    catalog.write_text(catalog.read_text().replace(untranslated, f"{untranslated}وقت الشاي"))
    update(folder)
    once = catalog.read_text()
    assert "وقت الشاي" in once
    update(folder)
    assert catalog.read_text() == once


def test_a_phrase_is_english_until_it_is_shown(tmp_path: Path) -> None:
    folder = package(tmp_path / "tea")
    update(folder)
    catalog = folder / "locale/ar/LC_MESSAGES/messages.po"
    empty = 'msgid "{count} cups are too many."\nmsgstr "'
    catalog.write_text(catalog.read_text().replace(empty, f"{empty}{{count}} أكواب كثيرة."))
    languages = Languages([folder / "locale"])
    sentence = phrase("{count} cups are too many.", count=9)
    assert isinstance(sentence, Phrase)
    assert sentence == "9 cups are too many."
    assert languages.translate("ar", sentence) == "9 أكواب كثيرة."
    assert languages.translate("bn", sentence) == "9 cups are too many."


def test_a_broken_catalog_costs_its_translations_alone(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "unfinished\n')
    languages = Languages([tmp_path / "locale", ROOT / "core" / "locale"])
    assert languages.translate("ar", "Save") == "حفظ"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("ar-SA,en;q=0.5", "ar"),
        ("fr, bn;q=0.4, en;q=0.3", "bn"),
        ("en;q=0", None),
        ("*", None),
        ("", None),
        ("ar;q=nonsense, en", "en"),
    ],
)
def test_the_browser_gets_the_language_it_likes_best(header: str, locale: str | None) -> None:
    assert negotiate(header) == locale


def test_money_dates_and_times_are_written_as_the_language_does() -> None:
    moment = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)
    assert formats.money("en", Decimal("1234.5"), "SAR") == "1,234.50\xa0SAR"
    assert formats.money("en", Decimal("1234.5"), "KWD") == "1,234.500\xa0KWD"
    assert formats.day("en", date(2026, 3, 9)) == "Mar 9, 2026"
    assert "মার্চ" in formats.day("bn", date(2026, 3, 9))
    assert formats.moment("en", moment, "Asia/Dhaka").startswith("Mar 10, 2026")
    assert set(LOCALES) == {"en", "ar", "bn"}


def test_numbers_are_grouped_as_the_language_does() -> None:
    assert formats.number("en", Decimal("-12345678.905"), 2) == "-12,345,678.91"
    assert formats.number("bn", Decimal("12345678.9")) == "1,23,45,678.9"
    assert formats.number("en", Decimal("1E+3")) == "1,000"
