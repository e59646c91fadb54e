// A simplified invoice as UBL 2.1, up to the moment where it is signed: the same text, with the same blanks, that
// addons/zatca/documents/ubl.py makes. It is assembled in canonical form; the places where extensions, QR code and
// signature reference will stand are known, and no part of what is hashed.
import { written } from "./figures.js";
import { base64, bytesOf, sha256 } from "./hashing.js";
import { identification, payment, references } from "./parts/heading.js";
import { invoiceLines } from "./parts/lines.js";
import { INDENT } from "./parts/markup.js";
import { allowance, monetaryTotal, taxTotals } from "./parts/money.js";
import { buyer, seller } from "./parts/parties.js";
import { trimmed, western } from "./texts.js";
import { totalsOf } from "./totals.js";

const UBL = "urn:oasis:names:specification:ubl:schema:xsd:";
export const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
export const ROOT =
  `<Invoice xmlns="${UBL}Invoice-2" xmlns:cac="${UBL}CommonAggregateComponents-2"` +
  ` xmlns:cbc="${UBL}CommonBasicComponents-2" xmlns:ext="${UBL}CommonExtensionComponents-2">`;
export const GAP = `\n${INDENT}`; // between blocks of the first level: it stays, and is hashed, where blocks are taken out

// chain: {uuid, counter, previous_hash}. → the text `before` the QR code and `after` the signature reference, what is
// hashed, its digest, and what the QR code repeats. Throws Unfit for text that XML cannot carry.
export function build(invoice, chain) {
  const totals = totalsOf(invoice);
  const before = firstLevel([...identification(invoice, chain), ...references(invoice, chain)]) + GAP;
  const after = `${firstLevel(body(invoice, totals))}\n</Invoice>`;
  const canonical = `${ROOT}${before}${GAP}${after}`;
  const digest = sha256(bytesOf(canonical));
  return { before, after, canonical, digest, hash: base64(digest), stamp: stampOf(invoice, totals) };
}

const body = (invoice, totals) => [
  ...seller(invoice.seller),
  ...buyer(invoice.buyer),
  ...payment(invoice),
  ...invoice.allowances.flatMap(allowance),
  ...taxTotals(totals),
  ...monetaryTotal(invoice, totals),
  ...invoiceLines(invoice, totals),
];

const firstLevel = (lines) => lines.map((line) => GAP + line).join("");

// What the QR code says of a document (tags 1 to 5), letter for letter.
const stampOf = (invoice, totals) => [
  trimmed(invoice.seller.name),
  western(trimmed(invoice.seller.vat_number)),
  `${invoice.issue_date}T${invoice.issue_time}`,
  written(totals.payable),
  written(totals.tax),
];
