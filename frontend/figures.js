// Sums of figures as people type them, exact to the last digit: integers scaled by ten, no floats.

// Where each script's ten digits begin: Arabic, Persian, Bengali.
const ZEROS = [0x0660, 0x06f0, 0x09e6];

function toLatin(text) {
  return text.replace(/[٠-٩۰-۹০-৯]/g, (sign) => {
    const code = sign.codePointAt(0);
    return String(code - ZEROS.findLast((zero) => zero <= code));
  });
}

// "1,204.50" -> { units: 120450n, scale: 2 }, or nothing if it is no figure.
function parse(text, { decimal, group }) {
  const plain = toLatin(text)
    .replaceAll(group, "")
    .replace(/[\s\u200e\u200f\u061c]/g, "")
    .replace(decimal, ".")
    .replace("−", "-");
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match || !(match[2] || match[3])) return null;
  const [, sign, whole, fraction = ""] = match;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

export function sum(texts, signs) {
  const figures = texts.map((text) => parse(text, signs)).filter(Boolean);
  const scale = Math.max(0, ...figures.map((figure) => figure.scale));
  const units = figures.reduce(
    (total, figure) => total + figure.units * 10n ** BigInt(scale - figure.scale),
    0n,
  );
  return { units, scale };
}

// In the page's language, with Latin digits as everywhere in the product.
export function toText({ units, scale }) {
  const plain = toPlain({ units, scale }, ".");
  const format = new Intl.NumberFormat(document.head.dataset.written ?? document.documentElement.lang, {
    numberingSystem: "latn",
    minimumFractionDigits: scale,
    maximumFractionDigits: scale,
  });
  return format.format(plain);
}

// As one types it: no grouping.
export function toPlain({ units, scale }, decimal) {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const cut = digits.length - scale;
  return `${units < 0n ? "-" : ""}${digits.slice(0, cut)}${scale ? decimal : ""}${digits.slice(cut)}`;
}
