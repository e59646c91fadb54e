// The QR code of a receipt (ISO/IEC 18004), as rows of modules with the white around them: dark is true. Level M, which
// bears a crease.
import encodeQR from "qr";

const QUIET = 4;
const WIDEST = 400; // dots, five centimetres: what a telephone reads from arm's length

let last = { text: null, modules: null }; // screen, paper and the customer's display draw the same one

export function modulesOf(text) {
  if (last.text !== text) last = { text, modules: encodeQR(text, "raw", { ecc: "medium", border: QUIET }) };
  return last.modules;
}

// Dots for each module. The margins of narrow paper are white too.
export const scaleFor = (modules, dots) => Math.max(1, Math.floor(Math.min(dots, WIDEST) / (modules.length - 2 * QUIET)));
