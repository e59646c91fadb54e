// The QR code of a receipt (ISO/IEC 18004), as rows of modules: dark is true. Level M, which bears a crease.
import encodeQR from "qr";

export const QUIET = 4; // modules of white around it
const WIDEST = 400; // dots, five centimetres: what a telephone reads from arm's length

let last = { text: null, modules: null }; // screen, paper and the customer's display draw the same one

export function modulesOf(text) {
  if (last.text !== text) last = { text, modules: encodeQR(text, "raw", { ecc: "medium", border: 0 }) };
  return last.modules;
}

// Dots for each module. On narrow paper its margins are white enough.
export const scaleFor = (count, dots) => Math.max(1, Math.floor(Math.min(dots, WIDEST) / count));
