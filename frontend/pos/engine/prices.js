// What a product costs a customer, by the price lists of the feed or by its sale price: what
// addons/catalog/services/prices says, for lists in the register's currency.
//
// Products, lists and rules are the feed's (docs/pos-sync.md).
import { HUNDRED, ONE, ZERO, ceil, dec, floor, max, sum, toDigits } from "./decimal.js";

const DEEPEST = 20;

// The price of one unit asked for.
//   question  {product, quantity, unit, factor, parties, day}: one `unit` is `factor` stock units;
//             `parties` are the customer's, the nearest first, "all" last
//   known     {lists, rulesOf(product), digits, ownList, product(id)}: rules by what they are for;
//             the currency's digits; the register's own list, in the place of those for everybody
export function priceFor(question, known) {
  const asked = { ...question, quantity: dec(question.quantity).abs(), factor: dec(question.factor ?? 1) };
  for (const list of inTurn(known, asked)) {
    const chosen = priceInList(asked, list, known, 0);
    if (chosen) return told(asked, list, chosen);
  }
  const { product, factor } = asked;
  const price = product.of_parts ? ofParts(asked, known) : dec(product.price).times(factor);
  return { price, list_id: null, list_name: "", discount_percent: ZERO, rule_id: null };
}

const holds = (one, day) =>
  (!one.valid_from || one.valid_from <= day) && (!one.valid_until || day <= one.valid_until);

// The lists that count, the nearest first.
function inTurn({ lists, ownList = null }, { parties, day }) {
  const partiesOf = (list) => {
    const named = list.parties.filter((one) => holds(one, day)).map((one) => one.party);
    if (ownList === null) return named;
    return list.id === ownList ? [...named, "all"] : named.filter((party) => party !== "all");
  };
  const places = (list) => partiesOf(list).map((party) => parties.indexOf(party)).filter((at) => at >= 0);
  return lists
    .map((list) => ({ list, place: Math.min(...places(list)) }))
    .filter(({ place }) => Number.isFinite(place))
    .sort((one, other) => one.place - other.place || one.list.id - other.list.id)
    .map(({ list }) => list);
}

function told(asked, list, chosen) {
  const shows = list.shows_discount && !chosen.full.eq(chosen.price);
  const amount = shows ? chosen.full : chosen.price;
  return {
    price: chosen.perRuleUnit ? amount : amount.times(asked.factor),
    list_id: list.id,
    list_name: list.name,
    discount_percent: shows ? dec(chosen.rule.percent) : ZERO,
    rule_id: chosen.rule.id,
  };
}

// The price that a list has, or null. A rule that starts from something unknown lets the next try.
function priceInList(asked, list, known, depth) {
  const { targets } = asked.product;
  const rules = known.rulesOf(asked.product).filter((rule) => rule.list_id === list.id);
  rules.sort((one, other) => rankOf(one, other, targets));
  for (const rule of rules) {
    const chosen = counts(rule, asked) && workedOut(rule, list, asked, known, depth);
    if (chosen) return chosen;
  }
  return null;
}

// The narrowest target, one for a while, one for this unit, the highest quantity.
function rankOf(one, other, targets) {
  const isAlways = (rule) => Number(!rule.valid_from && !rule.valid_until);
  return (
    targets.indexOf(one.target) - targets.indexOf(other.target) ||
    isAlways(one) - isAlways(other) ||
    Number(one.unit_id === null) - Number(other.unit_id === null) ||
    dec(other.min_quantity).cmp(dec(one.min_quantity)) ||
    one.id - other.id
  );
}

function counts(rule, { day, unit, quantity, factor }) {
  if (!holds(rule, day) || (rule.unit_id !== null && rule.unit_id !== unit)) return false;
  return quantity.times(rule.unit_id === null ? factor : ONE).gte(rule.min_quantity);
}

function workedOut(rule, list, asked, known, depth) {
  const digits = list.digits ?? known.digits;
  const perRuleUnit = rule.unit_id !== null;
  if (rule.method === "fixed" && rule.amount !== null) {
    return { rule, price: dec(rule.amount), full: dec(rule.amount), perRuleUnit };
  }
  const base = startOf(rule, asked, known, depth);
  if (base === null) return null;
  const start = perRuleUnit ? base.times(asked.factor) : base;
  let price = max(moved(rule, start).plus(rule.surcharge), ZERO);
  if (rule.rounding_step !== null) price = ending(price, dec(rule.rounding_step), dec(rule.rounding_ending), rule.rounding);
  const isPlain = rule.method === "discount" && dec(rule.surcharge).eq(0) && rule.rounding_step === null;
  const full = isPlain && dec(rule.percent).gte(0) ? toDigits(start, digits) : price;
  return { rule, price: toDigits(price, digits), full, perRuleUnit };
}

function moved(rule, start) {
  if (rule.method === "discount") return start.times(HUNDRED.minus(rule.percent)).div(HUNDRED);
  if (rule.method === "markup") return start.times(HUNDRED.plus(rule.percent)).div(HUNDRED);
  return start.times(HUNDRED).div(HUNDRED.minus(rule.percent));
}

// What the rule starts from, per stock unit; null where that is not known.
function startOf(rule, asked, known, depth) {
  const { product, factor } = asked;
  if (rule.method !== "discount") return product.cost == null ? null : dec(product.cost);
  const sale = product.of_parts ? null : dec(product.price);
  if (rule.base_list_id === null) return sale;
  const base = known.lists.find((list) => list.id === rule.base_list_id);
  if (depth >= DEEPEST || !base) return null;
  const found = priceInList(asked, base, known, depth + 1);
  if (!found) return sale;
  return found.perRuleUnit ? found.price.div(factor) : found.price;
}

// The price of the form n × step + ending that is next to this one; of two as near, the higher.
function ending(price, step, wanted, rounding) {
  const offset = wanted.mod(step);
  const exact = price.minus(offset).div(step);
  const steps = { up: ceil, down: floor, nearest: (value) => value.round(0) }[rounding](exact);
  const found = steps.times(step).plus(offset);
  return found.gte(0) ? found : found.plus(step);
}

// A bundle that no list has a price for costs what its parts cost, less its percentage.
function ofParts(asked, known) {
  const { product, quantity, factor } = asked;
  const prices = product.parts.map((part) => {
    const found = known.product(part.product);
    const wanted = dec(part.quantity).times(quantity).times(factor);
    const { price, discount_percent: percent } = priceFor(
      { ...asked, product: found, quantity: wanted, unit: found.unit, factor: ONE },
      known,
    );
    return dec(part.quantity).times(price.times(HUNDRED.minus(percent)).div(HUNDRED));
  });
  const kept = sum(prices).times(HUNDRED.minus(product.percent)).div(HUNDRED);
  return toDigits(kept.times(factor), known.digits);
}
