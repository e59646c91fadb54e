// The key of this till's signing device: made here, and never anywhere else. On the disk it is sealed by a key that the
// browser hands out to nobody, not to this program either; it is opened once for each start.
//
// WebCrypto does not know secp256k1, which the authority asks for: so the open key is in the memory of the page.
import { signal } from "@preact/signals";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { readValue, writing } from "../store/db.js";
import { base64, bytesOf, fromBase64 } from "./documents/hashing.js";

const AES = "AES-GCM";
// SHA-256, nonces by RFC 6979, DER: the signature that the server's library makes with the same key.
const HOW = { lowS: false, format: "der" };
const POINT = 65; // bytes of an uncompressed point, which are the last of a SubjectPublicKeyInfo

let opened = null;

export const isKeyLost = signal(false); // whether this till should sign, and cannot any more

const nameOf = (device) => `einvoice.key:${device}`;

// → {device, point, sign, isCertifiedBy}, or null where this till has no key for the device.
export async function keyOf(device) {
  if (opened?.device === device) return opened;
  const kept = await readValue(nameOf(device));
  if (!kept) return null;
  const plain = await crypto.subtle.decrypt({ name: AES, iv: kept.iv, additionalData: bytesOf(device) }, kept.sealing, kept.sealed);
  opened = keyFrom(device, new Uint8Array(plain));
  return opened;
}

// Opens the key of a till that signs before its first sale, and signs for nothing: the library works out the tables of
// the curve with the first signature, which takes a slow telephone a moment.
export async function openKey(section) {
  const key = section && (await keyOf(section.device).catch(() => null));
  key?.sign(bytesOf(section.device));
}

export function keyFrom(device, secret) {
  const point = base64(secp256k1.getPublicKey(secret, false));
  return {
    device,
    point,
    sign: (bytes) => secp256k1.sign(bytes, secret, HOW),
    isCertifiedBy: ({ public_key: info }) => base64(fromBase64(info).slice(-POINT)) === point,
  };
}

// Looks whether the key is there that the server believes this till to have.
export async function lookForKey(section) {
  const key = section?.signs && (await keyOf(section.device).catch(() => null));
  isKeyLost.value = Boolean(section?.signs) && !key?.isCertifiedBy(section.certificate);
}

// Makes the key of a device where there is none yet.
export async function makeKey(device) {
  const secret = secp256k1.utils.randomSecretKey();
  const sealing = await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: AES, iv, additionalData: bytesOf(device) }, sealing, secret);
  secret.fill(0);
  await writing(["values"], async (transaction) => {
    const values = transaction.objectStore("values");
    if (!(await values.get(nameOf(device)))) values.put({ sealing, iv, sealed }, nameOf(device)); // never a second one
  });
  return keyOf(device);
}
