// The lines of the journal: `<bytes> <SHA-256> <JSON>`. What is torn, damaged or half written is no line, and
// harms no other: each begins and ends with a line break of its own.
import { hex } from "./chain.js";

const BREAK = 10;
const BLANK = 32;

// → the bytes of these values, a line each
export async function written(values) {
  const encoder = new TextEncoder();
  const lines = await Promise.all(values.map(async (value) => {
    const bytes = encoder.encode(JSON.stringify(value));
    return [encoder.encode(`\n${bytes.length} ${await digest(bytes)} `), bytes, Uint8Array.of(BREAK)];
  }));
  return new Uint8Array(await new Blob(lines.flat()).arrayBuffer());
}

// → the values of all lines that are whole, in their order
export async function read(bytes) {
  const pieces = [];
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(BREAK, from);
    const to = found < 0 ? bytes.length : found;
    if (to > from) pieces.push(bytes.subarray(from, to));
    from = to + 1;
  }
  const values = await Promise.all(pieces.map(valueOf));
  return values.filter((value) => value !== null);
}

async function valueOf(line) {
  const first = line.indexOf(BLANK);
  const second = line.indexOf(BLANK, first + 1);
  if (first < 0 || second < 0) return null;
  const [length, expected] = new TextDecoder().decode(line.subarray(0, second)).split(" ");
  const bytes = line.subarray(second + 1);
  if (String(bytes.length) !== length || (await digest(bytes)) !== expected) return null;
  return JSON.parse(new TextDecoder().decode(bytes));
}

const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
