// Check digits of GTINs: GS1 General Specifications, section 7.9.
const LENGTHS = [8, 12, 13, 14];

export function checkDigit(digits) {
  const weighed = [...digits]
    .reverse()
    .reduce((all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 3 : 1), 0);
  return String((10 - (weighed % 10)) % 10);
}

export const isGtin = (code) =>
  /^[0-9]+$/.test(code) && LENGTHS.includes(code.length) && checkDigit(code.slice(0, -1)) === code.at(-1);

// A barcode as it is kept: a UPC-A, or a GTIN-14 that begins with a zero, as its EAN-13.
export function plainCode(text) {
  const code = text.trim();
  if (code.length === 12 && isGtin(code)) return `0${code}`;
  return code.length === 14 && code[0] === "0" && isGtin(code) ? code.slice(1) : code;
}
