// Ids, canonical JSON and the hashes that chain the operations of a binding.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32, as the ULID specification says

// A ULID: 48 bits of time and 80 of chance, https://github.com/ulid/spec
export function ulid(now = Date.now()) {
  let text = "";
  for (let rest = now, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) {
    text = ALPHABET[rest % 32] + text;
  }
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) text += ALPHABET[byte % 32];
  return text;
}

// RFC 8785 for values without fractions among their numbers: keys sorted by code units, no white space.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

export async function hashOf(operation) {
  const bytes = new TextEncoder().encode(canonical(operation));
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

export const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
