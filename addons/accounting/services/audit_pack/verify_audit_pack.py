"""Checks an audit pack, by itself: Python 3.10 or newer, its standard library, nothing else.

    python verify_audit_pack.py PACK.zip [--previous PACK-OF-LAST-YEAR.zip]

It prints what it checked, names everything that is wrong, and ends with a verdict; its exit
status is 0 if all is well, 1 if something is wrong, 2 if the file is no audit pack. However large
the books are, it reads them line by line.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import defaultdict
from decimal import Context, Decimal, Inexact

EXACT = Context(prec=4000, traps=[Inexact])
ZERO = Decimal(0)
NO_LINK = "0" * 64
SHOWN = 100


class Checks:
    """What was found to be wrong, and how much was looked at."""

    def __init__(self):
        self.problems = []

    def require(self, holds, problem):
        if not holds:
            self.problems.append(problem)


def rows(pack, path):
    """The rows of a CSV file in the pack, as dictionaries."""
    with pack.open(path) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))


def amount(text):
    return Decimal(text or "0")


def plus(left, right):
    return EXACT.add(left, right)


def check_digests(pack, manifest, checks):
    """Every file is there, is named, and has the digest that the manifest states."""
    named = manifest["files"]
    present = set(pack.namelist()) - {"manifest.json", "manifest.json.sha256"}
    for path in sorted(set(named) - present):
        checks.require(False, f"{path} is missing from the pack")
    for path in sorted(present - set(named)):
        checks.require(False, f"{path} is not named in the manifest")
    for path in sorted(present & set(named)):
        digest = hashlib.sha256()
        with pack.open(path) as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                digest.update(chunk)
        checks.require(
            digest.hexdigest() == named[path]["sha256"],
            f"{path} is not the file that the manifest names: its digest is different",
        )
    return f"{len(named)} files have the digests of the manifest"


def expected_text(entry, lines):
    """What the text of an entry's hash must say, worked out from the entry and its lines."""
    version = entry["hash_version"]
    head = [] if version == "1" else [version]
    head += [entry["previous_hash"], entry["id"], entry["journal_id"], entry["number"]]
    head += [entry["date"], entry["reference"], entry["narration"], entry["partner"]]
    head += [entry["partner_id"], entry["source_type"], entry["source_id"], entry["reverses_id"]]
    head += [] if version == "1" else [entry["branch_id"]]
    names = ["account_id", "label", "amount", "currency", "original_amount", "original_currency"]
    names += ["quantity", "unit"]
    if version != "1":
        names += ["partner_id", "due_date", "tax_code", "tax_role", "tax_base", "analytic"]
    content = [[line[name] for name in names] for line in lines]
    return [*head, entry["posted_at"], entry["posted_by"], content]


class Side:
    """Rows of a file that stand in the order of the entries, taken entry by entry."""

    def __init__(self, pack, path):
        self.path = path
        self._rows = rows(pack, path)
        self._next = next(self._rows, None)

    def of(self, entry_id):
        found = []
        while self._next is not None and self._next["entry_id"] == entry_id:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def require_end(self, checks):
        if self._next is not None:
            number = self._next["number"]
            checks.require(False, f"{self.path}: rows of {number}, which is no entry of the year")


class Chain:
    """The links of `proof/chain.csv`, followed from journal to journal."""

    def __init__(self, pack, checks):
        self._rows = rows(pack, "proof/chain.csv")
        self._checks = checks
        self.ends = {}
        self.starts = {}

    def find(self, entry):
        """Go on to the link of an entry; False if the chain has none."""
        wanted = (int(entry["journal_id"]), int(entry["chain_seq"]))
        for link in self._rows:
            place = (int(link["journal_id"]), int(link["chain_seq"]))
            self._follow(link, *place)
            if place == wanted:
                same = (link["hash"], link["number"]) == (entry["hash"], entry["number"])
                self._checks.require(
                    same, f"entry {entry['number']}: its link in the chain differs"
                )
                return True
        return False

    def finish(self):
        for link in self._rows:
            self._follow(link, int(link["journal_id"]), int(link["chain_seq"]))

    def _follow(self, link, journal, place):
        before = self.ends.get(journal)
        if before is None:
            self.starts[journal] = (place, link["previous_hash"])
            first = place > 1 or link["previous_hash"] == NO_LINK
            self._checks.require(first, f"entry {link['number']}: a chain begins with zeros")
        else:
            self._checks.require(
                place == before[0] + 1,
                f"entry {link['number']}: link {before[0] + 1} of its journal's chain is missing"
                if place > before[0]
                else f"entry {link['number']}: its link stands twice or out of order",
            )
            self._checks.require(
                link["previous_hash"] == before[1],
                f"entry {link['number']}: it does not follow the hash of the entry before it",
            )
        self.ends[journal] = (place, link["hash"])


def check_entry(entry, lines, text, checks):
    """Hash, content and balance of one entry."""
    number = entry["number"]
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    checks.require(digest == entry["hash"], f"entry {number}: its hash is not that of its content")
    try:
        says = json.loads(text)
    except ValueError:
        says = None
    checks.require(
        says == expected_text(entry, lines),
        f"entry {number}: entry or lines are not what its hash was made of",
    )
    checks.require(len(lines) >= 2, f"entry {number}: it has fewer than two lines")
    sums = defaultdict(lambda: ZERO)
    for line in lines:
        value = amount(line["amount"])
        sums[line["currency"]] = plus(sums[line["currency"]], value)
        sides = (max(value, ZERO), max(-value, ZERO))
        checks.require(
            (amount(line["debit"]), amount(line["credit"])) == sides,
            f"entry {number}, line {line['position']}: debit and credit are not its amount",
        )
    for currency, total in sums.items():
        checks.require(total == 0, f"entry {number}: it is off balance by {total} {currency}")


def check_number(entry, series, last, checks):
    """The series runs on without a gap, in the order of the chain."""
    number, known = entry["number"], series.get(entry["series_id"])
    if known is None:
        checks.require(False, f"entry {number}: its number series is not one of the year")
        return
    place, before = int(entry["sequence"]), last[entry["series_id"]]
    checks.require(
        place == before + 1,
        f"entry {number}: it has place {place} of its series, after place {before}",
    )
    written = known["prefix"] + str(place).rjust(int(known["digits"]), "0")
    checks.require(number == written, f"entry {number}: by its place its number is {written}")
    last[entry["series_id"]] = place


def check_books(pack, manifest, checks):
    """Entries, lines, texts and links side by side; returns what was posted by account."""
    year, chain = manifest["fiscal_year"], Chain(pack, checks)
    lines, texts = Side(pack, "books/lines.csv"), Side(pack, "proof/preimages.csv")
    series = {row["id"]: row for row in rows(pack, "books/number_series.csv")}
    last, posted, count = defaultdict(int), defaultdict(lambda: [ZERO, ZERO]), 0
    for entry in rows(pack, "books/entries.csv"):
        count += 1
        own, text = lines.of(entry["id"]), texts.of(entry["id"])
        number = entry["number"]
        checks.require(len(text) == 1, f"entry {number}: the text of its hash is missing")
        check_entry(entry, own, text[0]["preimage"] if text else "", checks)
        check_number(entry, series, last, checks)
        in_year = year["start"] <= entry["date"] <= year["end"]
        checks.require(in_year, f"entry {number}: its date is not in the year")
        checks.require(chain.find(entry), f"entry {number}: it is not in its journal's chain")
        for line in own:
            sides = posted[line["account"], line["currency"]]
            sides[0] = plus(sides[0], amount(line["debit"]))
            sides[1] = plus(sides[1], amount(line["credit"]))
    chain.finish()
    lines.require_end(checks)
    texts.require_end(checks)
    for key, row in series.items():
        complete = int(row["last_number"]) == last[key]
        problem = f"series {row['prefix']}: it ends at {last[key]}, not at {row['last_number']}"
        checks.require(complete, problem)
    check_ends(pack, manifest, chain, checks)
    said = f"{count} entries: hashes, contents, chains, numbers and balances checked"
    return said, posted, chain


def check_ends(pack, manifest, chain, checks):
    """Each chain ends where the manifest says."""
    stated = {end["journal"]: (end["length"], end["hash"]) for end in manifest["chains"]}
    for journal in rows(pack, "books/journals.csv"):
        code, end = journal["code"], (int(journal["length"]), journal["hash"])
        checks.require(stated.get(code) == end, f"journal {code}: the manifest has another end")
        found = chain.ends.get(int(journal["id"]))
        if found is not None:
            checks.require(
                found == end,
                f"journal {code}: its chain ends at link {found[0]}, not at link {end[0]}"
                if found[0] != end[0]
                else f"journal {code}: the end of its chain has another hash",
            )


def check_trial_balance(pack, posted, checks):
    """The reported balances are the sums of the lines; returns them."""
    balances, totals = {}, defaultdict(lambda: [ZERO] * 4)
    for row in rows(pack, "books/trial_balance.csv"):
        key = (row["account"], row["currency"])
        figures = [amount(row[name]) for name in ("opening", "debit", "credit", "closing")]
        balances[key] = figures
        opening, debit, credit, closing = figures
        where = f"account {key[0]} in {key[1]}"
        checks.require(
            [debit, credit] == posted.get(key, [ZERO, ZERO]),
            f"{where}: the trial balance does not show the sum of its lines",
        )
        right = closing == plus(plus(opening, debit), -credit)
        checks.require(right, f"{where}: opening, debit and credit do not give the closing balance")
        totals[key[1]] = [plus(*pair) for pair in zip(totals[key[1]], figures, strict=True)]
    for key in sorted(set(posted) - set(balances)):
        if posted[key] != [ZERO, ZERO]:
            checks.require(False, f"account {key[0]} in {key[1]}: missing from the trial balance")
    for currency, (opening, debit, credit, closing) in sorted(totals.items()):
        sound = opening == closing == 0 and debit == credit
        checks.require(sound, f"the trial balance in {currency} does not balance")
    return f"trial balance of {len(balances)} accounts equals the sum of the lines", balances


def check_general_ledger(pack, balances, posted, checks):
    """Each account runs from its opening to its closing balance."""
    held, seen, count = {}, defaultdict(lambda: [ZERO, ZERO]), 0
    for row in rows(pack, "books/general_ledger.csv"):
        count += 1
        key, sides = (row["account"], row["currency"]), seen[row["account"], row["currency"]]
        before = held.get(key, balances.get(key, [ZERO])[0])
        sides[0], sides[1] = (
            plus(sides[0], amount(row["debit"])),
            plus(sides[1], amount(row["credit"])),
        )
        after = plus(plus(before, amount(row["debit"])), -amount(row["credit"]))
        problem = (
            f"general ledger of {key[0]}: the balance after {row['number']} is not {row['balance']}"
        )
        checks.require(after == amount(row["balance"]), problem)
        held[key] = after
    for key in sorted(set(seen) | set(posted)):
        same = seen.get(key, [ZERO, ZERO]) == posted.get(key, [ZERO, ZERO])
        checks.require(
            same, f"general ledger of {key[0]} in {key[1]}: not the lines of the entries"
        )
    return f"general ledger of {count} lines runs from opening to closing balances"


def check_documents(pack, manifest, checks):
    """Every attached file that was given out is in the pack, with the digest of its row."""
    count = 0
    for row in rows(pack, "documents/attachments.csv"):
        if not row["file"]:
            continue
        count, held = count + 1, manifest["files"].get(row["file"])
        what = f"entry {row['number']}: the attached file {row['name']}"
        checks.require(held is not None, f"{what} is missing from the pack")
        if held is not None:
            same = held["sha256"] == row["sha256"]
            checks.require(same, f"{what} is not the one that was attached")
    return f"{count} attached files are the ones that were attached"


def check_previous(pack, manifest, older, balances, chain, checks):
    """This year goes on where the pack of the year before ended."""
    with older.open("manifest.json") as file:
        before = json.load(file)
    same = before["company"]["id"] == manifest["company"]["id"]
    checks.require(same, "the previous pack is of another company")
    closing = {
        (row["account"], row["currency"]): amount(row["closing"])
        for row in rows(older, "books/trial_balance.csv")
    }
    for key in sorted(set(closing) | set(balances)):
        now = balances.get(key, [ZERO])[0]
        problem = (
            f"account {key[0]} in {key[1]}: opens with {now}, closed with {closing.get(key, ZERO)}"
        )
        checks.require(now == closing.get(key, ZERO), problem)
    codes = {row["code"]: int(row["id"]) for row in rows(pack, "books/journals.csv")}
    wanted = {
        (codes.get(end["journal"]), end["length"]): end for end in before["chains"] if end["length"]
    }
    for link in rows(pack, "proof/chain.csv"):
        end = wanted.pop((int(link["journal_id"]), int(link["chain_seq"])), None)
        if end is not None and end["hash"] != link["hash"]:
            problem = f"journal {end['journal']}: link {end['length']} is not what it was last year"
            checks.require(False, problem)
    for (journal, length), end in wanted.items():
        start = chain.starts.get(journal)
        if start is not None and start[0] == length + 1:
            goes_on = start[1] == end["hash"]
            checks.require(
                goes_on, f"journal {end['journal']}: does not go on from last year's end"
            )
        elif start is None or start[0] < length:
            problem = (
                f"journal {end['journal']}: last year's chain had {length} links, which are gone"
            )
            checks.require(False, problem)
    return "goes on where the previous pack ended"


def verify(path, previous=None):
    """Check a pack; returns what was checked, what is wrong, and the digest of the manifest."""
    checks, said = Checks(), []
    with zipfile.ZipFile(path) as pack:
        raw = pack.read("manifest.json")
        manifest = json.loads(raw)
        if manifest.get("format") != "audit pack" or manifest.get("version") != 1:
            raise ValueError("its manifest is of another kind or version")
        said.append(check_digests(pack, manifest, checks))
        counted, posted, chain = check_books(pack, manifest, checks)
        said.append(counted)
        summed, balances = check_trial_balance(pack, posted, checks)
        said.append(summed)
        said.append(check_general_ledger(pack, balances, posted, checks))
        said.append(check_documents(pack, manifest, checks))
        if previous is not None:
            with zipfile.ZipFile(previous) as older:
                said.append(check_previous(pack, manifest, older, balances, chain, checks))
    return said, checks.problems, hashlib.sha256(raw).hexdigest(), manifest


def main():
    parser = argparse.ArgumentParser(description="Check an audit pack.")
    parser.add_argument("pack", help="the ZIP file")
    parser.add_argument("--previous", help="the pack of the year before")
    arguments = parser.parse_args()
    csv.field_size_limit(1 << 30)
    try:
        said, problems, digest, manifest = verify(arguments.pack, arguments.previous)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        print(f"This cannot be read as an audit pack: {error}", file=sys.stderr)
        return 2
    year = manifest["fiscal_year"]
    print(f"{manifest['company']['title']}, fiscal year {year['name']}")
    print(f"made at {manifest['made_at']} by {manifest['made_by']}")
    for sentence in said:
        print(f"  checked: {sentence}")
    for problem in problems[:SHOWN]:
        print(f"  WRONG: {problem}")
    if len(problems) > SHOWN:
        print(f"  and {len(problems) - SHOWN} more")
    print(f"digest of the manifest: {digest}")
    print("VERDICT: " + (f"NOT SOUND, {len(problems)} problems" if problems else "SOUND"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
