// A receipt to take goods back against: of the server if it can be reached, since it knows what other tills took
// back; else the one that is kept here.
import { dec, text } from "../engine/decimal.js";
import { call } from "../sync/api.js";
import { database } from "../store/db.js";
import { findReceipt } from "../store/receipts.js";
import { t } from "../words.js";

// → {sync_id, number, at, payload, customer, returned: {line: quantity}}, {problem}, or null
export async function findSold(number) {
  const own = await findReceipt(number);
  try {
    const found = await call("GET", `receipts/${encodeURIComponent(number)}`, undefined, { patience: own ? 2_000 : 10_000 });
    const before = await returnedHere(number);
    for (const { line, quantity } of found.returned) before[line] = text(dec(before[line] ?? 0).gt(quantity) ? dec(before[line]) : dec(quantity));
    return { sync_id: found.sync_id, number, at: found.occurred_at, payload: found.payload, customer: own?.customer ?? null, returned: before };
  } catch (error) {
    if (own) return { ...own, returned: await returnedHere(number) };
    return error.status === 0 ? null : { problem: error.message };
  }
}

// What this till took back of a receipt, synced or not.
async function returnedHere(number) {
  const counts = {};
  for (const receipt of await (await database()).getAll("receipts")) {
    for (const line of receipt.payload.lines) {
      if (line.of?.number === number) counts[line.of.line] = text(dec(counts[line.of.line] ?? 0).plus(dec(line.quantity).abs()));
    }
  }
  return counts;
}
