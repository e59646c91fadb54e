// Numbers as they are written in a document, as addons/zatca/documents/figures.py has them. Every sum is taken of
// what was written: the authority adds up the text.
import { HUNDRED, ZERO, dec, toDigits } from "../../engine/decimal.js";

const QUANTITY_DIGITS = 6;
const PRICE_DIGITS = 10;

export const money = (value) => toDigits(dec(value), 2);
export const quantity = (value) => toDigits(dec(value), QUANTITY_DIGITS);
export const price = (value) => toDigits(dec(value), PRICE_DIGITS);

// So many percent of an amount, in money.
export const percentage = (amount, rate) => money(amount.times(rate).div(HUNDRED));

// A number without exponent and needless zeros, with two decimals or more.
export function written(value) {
  const [whole, decimals = ""] = dec(value).toFixed().split(".");
  return `${whole}.${decimals.replace(/0+$/, "").padEnd(2, "0")}`;
}

export { ZERO, dec };
