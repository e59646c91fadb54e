"""Letters between companies and the witness of their chains, kept by the control plane."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, LiteralString

from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.secrets import SecretBox
from core.tenancy.post import Agreement, Letter
from core.tenancy.witness import Noted
from tenants.control_connection import ControlConnection

LONGEST: Final = 8 * 1024 * 1024
"""Characters of a letter: a trial balance of ten thousand accounts takes a quarter of it."""
_BATCH: Final = 50

_AGREEMENTS: Final[LiteralString] = """
SELECT other.id, other.slug, other.title, each.purpose, bool_or(each.mine), bool_or(NOT each.mine)
  FROM (SELECT other_id AS company, purpose, true AS mine FROM tenants.agreement
         WHERE organization_id = %(me)s
        UNION ALL
        SELECT organization_id, purpose, false FROM tenants.agreement
         WHERE other_id = %(me)s) AS each
  JOIN tenants.organization AS other ON other.id = each.company
 WHERE other.status IN ('active', 'suspended')
 GROUP BY other.id, each.purpose ORDER BY other.title, other.id, each.purpose
"""
_AGREE: Final[LiteralString] = """
INSERT INTO tenants.agreement (organization_id, other_id, purpose)
SELECT me.id, other.id, %(purpose)s
  FROM tenants.organization AS me, tenants.organization AS other
 WHERE me.id = %(me)s AND other.slug = %(slug)s AND other.id <> me.id
   AND other.status IN ('active', 'suspended')
   AND me.sample_of IS NULL AND other.sample_of IS NULL
ON CONFLICT (organization_id, other_id, purpose) DO UPDATE SET purpose = excluded.purpose
RETURNING other_id
"""
_WITHDRAW: Final[LiteralString] = """
WITH gone AS (
  DELETE FROM tenants.agreement
   WHERE organization_id = %(me)s AND other_id = %(other)s AND purpose = %(purpose)s
)
DELETE FROM tenants.letter
 WHERE purpose = %(purpose)s
   AND ((sender_id = %(me)s AND recipient_id = %(other)s)
        OR (sender_id = %(other)s AND recipient_id = %(me)s))
"""
# Agreements are asked for in the same statement, so that none is sent after a withdrawal. The
# rows are locked: a withdrawal waits for the letter, and then takes it along.
_SEND: Final[LiteralString] = """
WITH agreed AS (
  SELECT 1 FROM tenants.agreement
   WHERE purpose = %(purpose)s
     AND (organization_id, other_id) IN ((%(me)s, %(other)s), (%(other)s, %(me)s))
   ORDER BY organization_id FOR SHARE
)
INSERT INTO tenants.letter (sender_id, recipient_id, purpose, key, digest, sealed)
SELECT %(me)s, %(other)s, %(purpose)s, %(key)s, %(digest)s, %(sealed)s
 WHERE (SELECT count(*) FROM agreed) = 2
ON CONFLICT (sender_id, recipient_id, purpose, key)
  DO UPDATE SET digest = excluded.digest, sealed = excluded.sealed, sent_at = now()
RETURNING id
"""
_WAITING: Final[LiteralString] = """
SELECT letter.id, sender.id, sender.title, letter.key, letter.sealed, letter.digest,
       letter.sent_at
  FROM tenants.letter JOIN tenants.organization AS sender ON sender.id = letter.sender_id
  JOIN tenants.agreement AS mine ON mine.organization_id = letter.recipient_id
   AND mine.other_id = letter.sender_id AND mine.purpose = letter.purpose
  JOIN tenants.agreement AS theirs ON theirs.organization_id = letter.sender_id
   AND theirs.other_id = letter.recipient_id AND theirs.purpose = letter.purpose
 WHERE letter.recipient_id = %(me)s AND letter.purpose = %(purpose)s
 ORDER BY letter.id LIMIT %(limit)s
"""
_FETCHED: Final[LiteralString] = """
DELETE FROM tenants.letter WHERE recipient_id = %(me)s AND id = ANY (%(ids)s)
"""
_NOTE: Final[LiteralString] = """
INSERT INTO tenants.witnessed_chain AS known (organization_id, chain, position, digest)
VALUES (%(me)s, %(chain)s, %(position)s, %(digest)s)
ON CONFLICT (organization_id, chain) DO UPDATE
   SET position = excluded.position, digest = excluded.digest, noted_at = now()
 WHERE known.position < excluded.position
"""
_NOTED: Final[LiteralString] = """
SELECT chain, position, digest, noted_at FROM tenants.witnessed_chain
 WHERE organization_id = %(me)s
"""


class ControlPost:
    """The `PostOffice` over the control plane's database. Thread-safe; one per process."""

    def __init__(self, connection: ControlConnection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    def agreements(self, company_id: str) -> tuple[Agreement, ...]:
        """What the company has agreed to, and what others have offered it."""
        rows = self._connection.run(_AGREEMENTS, {"me": company_id})
        return tuple(Agreement(*row) for row in rows)

    def agree(self, company_id: str, slug: str, purpose: str) -> Agreement:
        """Agree for one's own side; raises NotFound if no company has this name."""
        values = {"me": company_id, "slug": slug.strip().lower(), "purpose": purpose}
        rows = self._connection.run(_AGREE, values)
        if not rows:
            raise NotFound(
                phrase("There is no other company called {slug} here.", slug=slug),
                fix=phrase("Give the name that its address begins with."),
            )
        return next(
            agreement
            for agreement in self.agreements(company_id)
            if agreement.company_id == rows[0][0] and agreement.purpose == purpose
        )

    def withdraw(self, company_id: str, other_id: str, purpose: str) -> None:
        """Take the agreement back, with what is under way."""
        self._connection.run(_WITHDRAW, {"me": company_id, "other": other_id, "purpose": purpose})

    def send(self, company_id: str, other_id: str, purpose: str, key: str, content: str) -> None:
        """Hand a letter in; raises Conflict unless the agreement is in force."""
        if len(content) > LONGEST:
            raise InvalidInput(phrase("This is too much for one letter."))
        place = _place(company_id, other_id, purpose, key)
        values = {
            "me": company_id,
            "other": other_id,
            "purpose": purpose,
            "key": key,
            "digest": hashlib.sha256(content.encode()).hexdigest(),
            "sealed": self._box.seal(content.encode(), bound_to=place),
        }
        if not self._connection.run(_SEND, values):
            raise Conflict(
                phrase("The two companies have not both agreed to this."),
                fix=phrase("Both sides agree under Accounting > Other companies."),
            )

    def waiting(self, company_id: str, purpose: str) -> tuple[Letter, ...]:
        """Letters for the company, the oldest first."""
        values = {"me": company_id, "purpose": purpose, "limit": _BATCH}
        letters = []
        for number, sender, title, key, sealed, digest, at in self._connection.run(
            _WAITING, values
        ):
            place = _place(sender, company_id, purpose, key)
            content = self._box.open(sealed, bound_to=place).decode()
            letters.append(Letter(number, sender, title, purpose, key, content, digest, at))
        return tuple(letters)

    def fetched(self, company_id: str, letters: tuple[int, ...]) -> None:
        """Drop letters that the company has kept."""
        if letters:
            self._connection.run(_FETCHED, {"me": company_id, "ids": list(letters)})

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class ControlWitness:
    """The `Witness` over the control plane's database. Thread-safe; one per process."""

    def __init__(self, connection: ControlConnection) -> None:
        self._connection = connection

    def note(self, company_id: str, chain: str, position: int, digest: str) -> None:
        """Write down where a chain stands, unless it is known to have been longer."""
        values = {"me": company_id, "chain": chain, "position": position, "digest": digest}
        self._connection.run(_NOTE, values)

    def noted(self, company_id: str) -> Mapping[str, Noted]:
        """What was written down of the company's chains, by their names."""
        rows = self._connection.run(_NOTED, {"me": company_id})
        return {chain: Noted(position, digest, at) for chain, position, digest, at in rows}


def _place(sender: str, recipient: str, purpose: str, key: str) -> str:
    return f"letter:{sender}:{recipient}:{purpose}:{key}"
