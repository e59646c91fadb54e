// A document signed: signature, QR code and XAdES block put into the places kept for them.
import { base64 } from "./hashing.js";
import { attached } from "./parts/heading.js";
import { block, leaf } from "./parts/markup.js";
import { qrText } from "./qr.js";
import { DECLARATION, GAP, ROOT } from "./ubl.js";
import { METHOD, SIGNATURE_ID, extensions } from "./xades.js";

const REFERENCE = block("cac:Signature", leaf("cbc:ID", SIGNATURE_ID), leaf("cbc:SignatureMethod", METHOD)).join(GAP);

// `signature` is ECDSA over the 32 bytes of the hash, in DER: so the authority does it. `signedAt` is Riyadh's time.
// → the whole document and the text of its QR code.
export function stamped(unsigned, signature, certificate, signedAt) {
  const value = base64(signature);
  const qr = qrText(unsigned, value, certificate);
  const signed = extensions(unsigned.hash, value, certificate, signedAt);
  const xml = [DECLARATION, ROOT, signed, unsigned.before, attached("QR", qr).join(GAP), GAP, REFERENCE, unsigned.after].join("");
  return { xml, qr };
}
