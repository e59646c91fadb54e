// Signs what the server asks of this till's device: the request for its certificate, and the documents by which the
// authority looks at it before it certifies. Until then the server signs for the till.
import { signal } from "@preact/signals";
import { Refused, call } from "../sync/api.js";
import { base64, fromBase64 } from "./documents/hashing.js";
import { keyOf, makeKey } from "./key.js";

const MOST_ROUNDS = 10; // a server that asks for ever is not followed

export const refusal = signal(""); // why the server did not take this till's key

export async function answer(section) {
  if (!section?.asks) return;
  try {
    await rounds(section.device, (await keyOf(section.device)) ?? (await makeKey(section.device)));
    refusal.value = "";
  } catch (error) {
    if (error instanceof Refused && isOfTheWay(error.status)) throw error; // as in any other call
    refusal.value = error.message;
  }
}

const isOfTheWay = (status) => status === 0 || status === 401 || status >= 500;

async function rounds(device, key) {
  let signatures = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { sign } = await call("POST", "signing", { device, public_key: key.point, signatures });
    if (!sign.length) return;
    signatures = sign.map(({ id, bytes }) => ({ id, signature: base64(key.sign(fromBase64(bytes))) }));
  }
}
