// What is left of each line while promotions take from it.
import { ZERO, dec, floorTo, max, min, sum, toStep } from "./decimal.js";
import { compare, split } from "./sharing.js";

export class Work {
  // Lines stand in an order of their own, so that it does not matter in which they were typed.
  constructor(lines, step) {
    this.lines = [...lines].sort((one, other) => compare(placeOf(one), placeOf(other)));
    this.step = step;
    this.left = new Map(this.lines.map((line) => [line.key, max(line.amount, ZERO)]));
    this.grants = [];
    this.offers = [];
  }

  unitLeft(line) {
    return line.quantity.eq(0) ? ZERO : this.left.get(line.key).div(line.quantity);
  }

  sumLeft(lines) {
    return sum(lines.map((line) => this.left.get(line.key)));
  }

  // At the most what is left. What would remain below the smallest coin goes too.
  take(rule, line, amount, quantity) {
    const left = this.left.get(line.key);
    let taken = min(amount, left);
    if (taken.lte(0)) return ZERO;
    if (left.minus(taken).lt(this.step)) taken = left;
    this.left.set(line.key, left.minus(taken));
    this.grants.push({ promotion_id: rule.id, key: line.key, amount: taken, quantity });
    return taken;
  }

  // A total in proportion to the weights, a Map by line; the parts sum to it.
  share(rule, total, weights, units = null) {
    const lines = this.lines.filter((line) => weights.has(line.key) && !weights.get(line.key).eq(0));
    const parts = split(total, lines.map((line) => weights.get(line.key)), this.step);
    return sum(
      lines.map((line, at) => this.take(rule, line, parts[at], units ? units.get(line.key) : line.quantity)),
    );
  }

  shareOver(rule, total, lines) {
    return this.share(rule, total, new Map(lines.map((line) => [line.key, this.left.get(line.key)])));
  }
}

// A discount rounded to the currency, within what there is and what the promotion allows.
export function bounded(rule, total, most, step) {
  let rounded = min(toStep(total, step), floorTo(most, step));
  if (rule.max_discount !== null) rounded = min(rounded, floorTo(dec(rule.max_discount), step));
  return max(rounded, ZERO);
}

const placeOf = (line) => [
  line.product_id ?? 0,
  line.amount,
  line.quantity,
  line.price_list,
  line.discounted,
  line.key,
];
