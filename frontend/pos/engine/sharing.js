// Rounded parts that sum to the whole, whatever the order of the lines.
import Big from "big.js";
import { ZERO, sum, toDigits, toStep, unitOf } from "./decimal.js";

// Orders texts, decimals, truths and lists of them; texts by their code units.
export function compare(one, other) {
  if (Array.isArray(one)) {
    for (let at = 0; at < one.length; at += 1) {
      const found = compare(one[at], other[at]);
      if (found) return found;
    }
    return 0;
  }
  if (one instanceof Big) return one.cmp(other);
  return one < other ? -1 : Number(one > other);
}

// Parts as near to their exact values as a sum of `whole` allows. What is missing goes, a unit
// each, to those that rounding moved furthest the other way; among equals in the order of `keys`.
export function share(whole, exact, digits, keys) {
  if (exact.length === 1) return [whole];
  const parts = exact.map((value) => toDigits(value, digits));
  const unit = unitOf(digits);
  const missing = whole.minus(sum(parts)).div(unit).round(0, Big.roundDown).toNumber();
  if (!missing || !parts.length) return parts;
  const step = Math.sign(missing);
  const left = exact.map((value, at) => value.minus(parts[at]).times(step));
  const order = [...parts.keys()].sort(
    (one, other) => left[other].cmp(left[one]) || compare(keys[one], keys[other]),
  );
  for (let round = 0; round < Math.abs(missing); round += 1) {
    const at = order[round % order.length];
    parts[at] = parts[at].plus(unit.times(step));
  }
  return parts;
}

// What falls to `part` of a `size` after `before` of it had its share: shares taken one after the
// other sum to the whole exactly, in however many parts.
export function partOf(whole, size, before, part, step) {
  if (size.eq(0)) return ZERO;
  const until = (reached) => (reached.gte(size) ? whole : toStep(whole.times(reached).div(size), step));
  return until(before.plus(part)).minus(until(before));
}

// The whole in parts in proportion to the weights.
export function split(whole, weights, step) {
  const size = sum(weights);
  let before = ZERO;
  return weights.map((weight) => {
    const part = partOf(whole, size, before, weight, step);
    before = before.plus(weight);
    return part;
  });
}
