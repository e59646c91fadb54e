// The text of a document's QR code: nine tags, each with its length, in base64.
import { base64, bytesOf, fromBase64 } from "./hashing.js";

export function qrText({ stamp, hash }, signature, certificate) {
  const said = [...stamp, hash, signature].map(bytesOf); // tags 1 to 7
  const values = [...said, fromBase64(certificate.public_key), fromBase64(certificate.signature)];
  return base64(values.flatMap((value, at) => [at + 1, ...length(value.length), ...value]));
}

// Lengths count bytes, in BER: one byte up to 127.
function length(count) {
  if (count < 0x80) return [count];
  const octets = [];
  for (let rest = count; rest > 0; rest >>= 8) octets.unshift(rest & 255);
  return [0x80 | octets.length, ...octets];
}
