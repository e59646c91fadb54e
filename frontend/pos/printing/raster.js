// Draws the rows of a receipt as black dots, in the fonts of the page: for scripts that a printer does not know.
import { bars } from "./code128.js";
import { modulesOf, scaleFor } from "./qr.js";

const SIZES = { small: 20, plain: 24, big: 34 };
const GAP = 1.35;

export function drawn(rows, width, direction) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const placed = placeAll(context, rows, width);
  [canvas.width, canvas.height] = [width, placed.height];
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, placed.height);
  context.fillStyle = "#000";
  for (const { row, top, lines } of placed.rows) draw(context, row, top, lines, width, direction);
  return { width, height: placed.height, bits: toBits(context.getImageData(0, 0, width, placed.height)) };
}

const sizeOf = (row) => (row.big ? SIZES.big : row.small ? SIZES.small : SIZES.plain);
const fontOf = (row) => `${row.bold ? 600 : 400} ${sizeOf(row)}px ${getComputedStyle(document.body).fontFamily}`;

function placeAll(context, rows, width) {
  let height = 0;
  const placed = rows.map((row) => {
    const top = height;
    context.font = fontOf(row);
    const lines = row.kind === "text" ? broken(context, row.text, width) : [row];
    height += heightOf(row, lines, width);
    return { row, top, lines };
  });
  return { rows: placed, height };
}

function heightOf(row, lines, width) {
  if (row.kind === "rule") return 16;
  if (row.kind === "barcode") return 76;
  if (row.kind !== "qr") return Math.ceil(lines.length * sizeOf(row) * GAP);
  const modules = modulesOf(row.text);
  return modules.length * scaleFor(modules, width);
}

function broken(context, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && context.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function draw(context, row, top, lines, width, direction) {
  if (row.kind === "rule") return context.fillRect(0, top + 7, width, 2);
  if (row.kind === "barcode") return drawBars(context, row.text, top, width);
  if (row.kind === "qr") return drawModules(context, row.text, top, width);
  context.font = fontOf(row);
  context.direction = direction;
  context.textBaseline = "top";
  const [start, end] = direction === "rtl" ? [width, 0] : [0, width];
  const write = (text, align, x, y) => {
    context.textAlign = align;
    context.fillText(text, x, y);
  };
  if (row.kind === "pair") {
    write(row.left, "start", start, top);
    return write(row.right, "end", end, top);
  }
  return lines.forEach((text, at) => {
    const y = top + at * sizeOf(row) * GAP;
    if (row.align === "center") write(text, "center", width / 2, y);
    else write(text, "start", start, y);
  });
}

function drawBars(context, text, top, width) {
  const widths = bars(text);
  const modules = widths.reduce((sum, one) => sum + one, 0);
  const dot = Math.max(1, Math.floor(width / (modules + 20)));
  let x = Math.floor((width - modules * dot) / 2);
  widths.forEach((one, at) => {
    if (at % 2 === 0) context.fillRect(x, top + 4, one * dot, 64);
    x += one * dot;
  });
}

function drawModules(context, text, top, width) {
  const modules = modulesOf(text);
  const dot = scaleFor(modules, width);
  const left = Math.floor((width - modules.length * dot) / 2);
  modules.forEach((row, y) => row.forEach((isDark, x) => {
    if (isDark) context.fillRect(left + x * dot, top + y * dot, dot, dot);
  }));
}

function toBits({ data, width, height }) {
  const bits = new Uint8Array((width / 8) * height);
  for (let at = 0; at < width * height; at++) if (data[at * 4] < 140) bits[at >> 3] |= 0x80 >> (at & 7);
  return bits;
}
