// A receipt as a text, by whatever the device sends messages with: WhatsApp, SMS and others.
import { receiptRows } from "./rows.js";

export const canShare = typeof navigator.share === "function";

export async function shareReceipt(receipt) {
  const text = receiptRows(receipt).map(written).filter((row) => row !== null).join("\n");
  try {
    await navigator.share({ title: receipt.number, text });
  } catch (error) {
    if (error.name !== "AbortError") throw error; // somebody changed their mind
  }
}

// Codes are for scanners; the receipt's number stands below its own.
function written(row) {
  if (row.kind === "text") return row.text;
  if (row.kind === "pair") return `${row.left}  ${row.right}`;
  return row.kind === "rule" ? "" : null;
}
