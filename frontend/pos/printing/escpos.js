// ESC/POS: rows of a receipt as bytes for a thermal printer. Plain letters go as text, in the printer's own type;
// whatever else is written, Arabic and Bengali with their joined letters among it, is drawn and sent as dots.
import { modulesOf, scaleFor } from "./qr.js";
import { drawn } from "./raster.js";

const ESC = 0x1b;
const GS = 0x1d;
const PLAIN = /^[\x20-\x7e]*$/;
const ALIKE = { "\u00a0": " ", "\u202f": " ", "\u00d7": "x" }; // of blanks that break no line, and the sign of times

export const KICK = Uint8Array.of(ESC, 0x70, 0, 25, 250); // pulse on pin 2, as most drawers are wired

// `dots` is the width of the paper: 576 of 80 mm, 384 of 58 mm.
export function encode(rows, { dots = 576, direction = "ltr", kick = false } = {}) {
  const columns = dots === 384 ? 32 : 48;
  const plain = rows.map(inPlainLetters);
  const isPlain = plain.every((row) => [row.text, row.left, row.right].every((text) => PLAIN.test(text ?? "")));
  const parts = [Uint8Array.of(ESC, 0x40)]; // initialise
  if (isPlain && direction === "ltr") for (const row of plain) parts.push(...asText(row, columns, dots));
  else parts.push(asDots(drawn(rows, dots, direction)));
  parts.push(Uint8Array.of(ESC, 0x64, 4, GS, 0x56, 66, 0)); // feed four lines, cut
  if (kick) parts.push(KICK);
  return joined(parts);
}

function inPlainLetters(row) {
  const said = (text) => text?.replace(/[\u00a0\u202f\u00d7]/g, (letter) => ALIKE[letter]);
  return { ...row, text: said(row.text), left: said(row.left), right: said(row.right) };
}

function asText(row, columns, dots) {
  if (row.kind === "rule") return [letters(`${"-".repeat(columns)}\n`)];
  if (row.kind === "barcode") return barcode(row.text);
  if (row.kind === "qr") return square(row.text, dots);
  const wide = row.big ? 2 : 1;
  const style = [
    Uint8Array.of(ESC, 0x61, row.align === "center" ? 1 : 0),
    Uint8Array.of(ESC, 0x45, row.bold ? 1 : 0),
    Uint8Array.of(GS, 0x21, row.big ? 0x11 : 0),
  ];
  const text = row.kind === "pair" ? spread(row.left, row.right, Math.floor(columns / wide)) : row.text;
  return [...style, letters(`${text}\n`)];
}

function spread(left, right, columns) {
  const room = columns - right.length - 1;
  return left.length <= room ? `${left}${" ".repeat(columns - left.length - right.length)}${right}` : `${left}\n${right.padStart(columns)}`;
}

function barcode(text) {
  const content = letters(`{B${text}`);
  return [
    Uint8Array.of(ESC, 0x61, 1, GS, 0x68, 60, GS, 0x77, 2, GS, 0x6b, 73, content.length),
    content,
    letters("\n"),
  ];
}

// GS ( k: a QR code of model 2, which the printer draws by itself. Each function is led by its length.
function square(text, dots) {
  const content = letters(text);
  const call = (...values) => Uint8Array.of(GS, 0x28, 0x6b, (values.length + 1) & 255, (values.length + 1) >> 8, 49, ...values);
  return [
    Uint8Array.of(ESC, 0x61, 1),
    call(65, 50, 0), // model 2
    call(67, scaleFor(modulesOf(text), dots)),
    call(69, 49), // correction level M
    call(80, 48, ...content),
    call(81, 48), // print
    letters("\n"),
  ];
}

// GS v 0: a picture of one bit for each dot.
function asDots({ width, height, bits }) {
  const bytes = width / 8;
  const head = Uint8Array.of(GS, 0x76, 0x30, 0, bytes & 255, bytes >> 8, height & 255, height >> 8);
  return joined([head, bits]);
}

const letters = (text) => new TextEncoder().encode(text);

function joined(parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
