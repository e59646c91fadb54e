// The electronic invoice of a sale, signed here and now. A sale is never held up by it: what this till cannot say or
// sign by itself goes without, and the server makes the document.
import { modulesOf } from "../printing/qr.js";
import { canonical } from "../store/chain.js";
import { database, readValue } from "../store/db.js";
import { bytesOf } from "./documents/hashing.js";
import { stamped } from "./documents/signing.js";
import { Unfit } from "./documents/texts.js";
import { build } from "./documents/ubl.js";
import { keyOf } from "./key.js";
import { inRiyadh, invoiceOf } from "./preparing/documents.js";

const MOST_OF_ONE = 64 * 1024; // bytes of an operation, unless the server says more
const ENVELOPE = 512; // bytes around its payload

// sale: {type, occurred_at, payload, ways}; section: the feed's `einvoice`. → {payload, qr, end: [name, value]}: the
// payload with its document, the text of the QR code, and where the chain ends then; null where there is none.
export async function issue(sale, section) {
  if (!section?.signs) return null;
  try {
    return await issued(sale, section);
  } catch {
    return null;
  }
}

async function issued(sale, section) {
  const key = await keyOf(section.device);
  if (!key?.isCertifiedBy(section.certificate)) return null;
  const name = `einvoice:${section.device}`;
  const end = endOf(await readValue(name), section.chain);
  const buyer = await buyerOf(sale.payload.customer);
  const { einvoice, qr } = signed({ ...sale, buyer }, section, end, key, crypto.randomUUID());
  modulesOf(qr); // what cannot be drawn must not be signed
  const payload = { ...sale.payload, einvoice };
  if (bytesOf(canonical(payload)).length + ENVELOPE > (section.most ?? MOST_OF_ONE)) return null;
  return { payload, qr, end: [name, { counter: einvoice.counter, hash: einvoice.hash }] };
}

// What a payload carries, and the QR code: the next document after `end`, {counter, hash}. Throws Unfit, also where the
// certificate has ended: the server signs with another, or waits for one.
export function signed(sale, section, end, key, uuid) {
  if (Date.parse(sale.occurred_at) >= Date.parse(section.certificate.until)) throw new Unfit("a certificate that ended");
  const chain = { uuid, counter: end.counter + 1, previous_hash: end.hash };
  const unsigned = build(invoiceOf(sale, section), chain);
  const { xml, qr } = stamped(unsigned, key.sign(unsigned.digest), section.certificate, inRiyadh(sale.occurred_at));
  return { einvoice: { device: section.device, ...chain, hash: unsigned.hash, xml }, qr };
}

// This till's own end; the server's where it went further, as after a device was put back from a copy.
const endOf = (own, servers) => (own && own.counter >= servers.counter ? own : servers);

async function buyerOf(customer) {
  if (!customer) return null;
  if (!customer.id) return customer.name;
  const known = await (await database()).get("customers", `c${customer.id}`);
  if (!known) throw new Unfit("who the buyer is");
  return known.name_local || known.name;
}
