// Answers one JSON line with another: a sale of a till → the electronic invoice that the till signs of it, or null
// where it leaves the sale to the server.
import { createInterface } from "node:readline";
import { signed } from "../../../frontend/pos/einvoice/issuing.js";
import { keyFrom } from "../../../frontend/pos/einvoice/key.js";
import { Unfit } from "../../../frontend/pos/einvoice/documents/texts.js";

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));

function answer({ sale, section, end, secret, uuid }) {
  try {
    return signed(sale, section, end, keyFrom(section.device, bytesOf(secret)), uuid);
  } catch (error) {
    if (error instanceof Unfit) return null;
    return { error: String(error?.stack ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
