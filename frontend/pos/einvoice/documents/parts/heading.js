// What stands before the parties: number, kind, currencies, references, place in the chain; and between parties and
// sums: payment.
import { block, leaf, text } from "./markup.js";

const SIMPLIFIED = "0200000"; // KSA-2, without any of its flags
const MEANS_NOT_SAID = "1"; // UN/CEFACT 4461: instrument not defined

// Everything up to the references.
export const identification = (invoice, chain) => [
  leaf("cbc:ProfileID", "reporting:1.0"),
  ...text("cbc:ID", invoice.number),
  ...text("cbc:UUID", chain.uuid),
  leaf("cbc:IssueDate", invoice.issue_date),
  leaf("cbc:IssueTime", invoice.issue_time),
  leaf("cbc:InvoiceTypeCode", invoice.kind, ` name="${SIMPLIFIED}"`),
  leaf("cbc:DocumentCurrencyCode", "SAR"),
  leaf("cbc:TaxCurrencyCode", "SAR"),
];

// Corrected invoices; then counter (ICV) and previous hash (PIH).
export const references = (invoice, chain) => [
  ...invoice.references.flatMap((number) => block("cac:BillingReference", block("cac:InvoiceDocumentReference", text("cbc:ID", number)))),
  ...block("cac:AdditionalDocumentReference", leaf("cbc:ID", "ICV"), leaf("cbc:UUID", String(chain.counter))),
  ...attached("PIH", chain.previous_hash),
];

// A reference that carries its text: the previous hash, the QR code.
export const attached = (name, content) =>
  block(
    "cac:AdditionalDocumentReference",
    leaf("cbc:ID", name),
    block("cac:Attachment", leaf("cbc:EmbeddedDocumentBinaryObject", content, ' mimeCode="text/plain"')),
  );

// How it is paid (BT-81), and in notes why there is one (KSA-10).
export function payment({ kind, reason, payment_means: means }) {
  const why = kind === "381" ? reason : "";
  if (!means && !why) return [];
  return block("cac:PaymentMeans", text("cbc:PaymentMeansCode", means || MEANS_NOT_SAID), text("cbc:InstructionNote", why));
}
