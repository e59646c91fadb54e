"""Searching leniently: trigrams, and one searched form for letters that people mix up.

With it comes how each user wants numbers and dates written.
"""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0005_search"
down_revision = "0004_web"

# From the sign as it may be written to the one that is searched for. Arabic: forms of alef and
# hamza, ta marbuta, Persian letters. Bengali: letters that sound alike. Digits of three scripts.
_ALIKE: Final = {
    "ٱىةکیگ": "ايهكيك",
    "ীূঈঊণশষৎ": "িুইউনসসত",
    "٠١٢٣٤٥٦٧٨٩": "0123456789",
    "۰۱۲۳۴۵۶۷۸۹": "0123456789",
    "০১২৩৪৫৬৭৮৯": "0123456789",
    "øđłı": "odli",
}

# Accents, Arabic vowel signs and hamza above or below, the stretched line, the Bengali dot,
# joiners: as if they were not there.
_SILENT: Final = "[\u0300-\u036f\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u09bc\u200b-\u200f]"

# Whatever stands between words. Named one by one: a class would depend on the server's locale.
_BETWEEN: Final = (
    "[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u060c\u061b\u061f\u066a-\u066d"
    "\u0964\u0965\u2000-\u206f]+"
)


def upgrade() -> None:
    """Add the trigrams and the function that folds a text into its searched form."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA core")
    _create_fold()
    op.execute("ALTER TABLE core.user_account ADD COLUMN written text NOT NULL DEFAULT ''")


def _create_fold() -> None:
    # Decomposed first, so that a letter and its accent come apart. Every name is in pg_catalog,
    # which is all that a restore of a backup looks into. The cost is why a search goes by the
    # index and not row by row; a function in SQL would be taken apart and forget it.
    written, searched = "".join(_ALIKE), "".join(_ALIKE.values())
    op.get_bind().exec_driver_sql(
        f"""
        CREATE FUNCTION core.fold(written text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $fold$
        BEGIN
            RETURN ' ' || regexp_replace(
                translate(
                    replace(lower(regexp_replace(normalize(written, NFKD), '{_SILENT}', '', 'g')),
                            'ß', 'ss'),
                    '{written}', '{searched}'),
                '{_BETWEEN}', ' ', 'g');
        END
        $fold$
        """
    )
