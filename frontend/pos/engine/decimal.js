// Decimal arithmetic. Sums and products are exact; a quotient has sixty decimals, more than any
// money has, so that rounding it never mistakes a half.
import Big from "big.js";

Big.DP = 60;
Big.RM = Big.roundHalfUp;
Big.NE = -40; // written out, never as 1e-7
Big.PE = 40;

export const ZERO = new Big(0);
export const ONE = new Big(1);
export const HUNDRED = new Big(100);

export const dec = (value) => (value instanceof Big ? value : new Big(value ?? 0));
export const sum = (values) => values.reduce((all, value) => all.plus(value), ZERO);
export const min = (...values) => values.reduce((least, value) => (value.lt(least) ? value : least));
export const max = (...values) => values.reduce((most, value) => (value.gt(most) ? value : most));

// The smallest amount with so many decimals: 0.01 for 2.
export const unitOf = (digits) => new Big(`1e-${digits}`);

// With so many decimals, halves away from zero.
export const toDigits = (value, digits) => value.round(digits, Big.roundHalfUp);

// Rounded to a whole multiple of the step, halves away from zero.
export const toStep = (value, step) => value.div(step).round(0, Big.roundHalfUp).times(step);

// The largest whole number that is not above the value.
export function floor(value) {
  const cut = value.round(0, Big.roundDown);
  return cut.gt(value) ? cut.minus(ONE) : cut;
}

export const ceil = (value) => floor(value.neg()).neg();

// The largest multiple of the step that is not above the value.
export const floorTo = (value, step) => floor(value.div(step)).times(step);

// How many times a size goes into what is there.
export const times = (there, size) => (size.gt(0) ? floor(there.div(size)) : ZERO);

// As an operation carries it: with at least so many decimals, and no exponent.
export function text(value, digits = 0) {
  const plain = dec(value).toFixed();
  const [, fraction = ""] = plain.split(".");
  return fraction.length < digits ? dec(value).toFixed(digits) : plain;
}
