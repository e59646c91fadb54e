// The taxes of a basket: what addons/vat/services/engine works out for every document.
//
//   price = net × (1 + f1 + … + fn)   for prices that contain their taxes, see `factors`
import { ONE, ZERO, dec, sum, toDigits } from "./decimal.js";
import { compare, share } from "./sharing.js";

const UNTAXED = new Set(["zero", "exempt", "out_of_scope"]);
const BESIDE = new Set(["reverse_charge", "withholding"]);

const inTurn = (one, other) => one.sequence - other.sequence || compare(one.code, other.code);
const percent = (rate) => dec(rate).div(100);

// lines: [{quantity, price, taxes: [rule], discount_percent, discount}]; a return has a negative
// quantity. `rounding` is "line" or "document".
export function compute({ lines, digits = 2, rounding = "line" }) {
  const work = {
    digits,
    rounding,
    taxes: lines.map((line) => [...line.taxes].sort(inTurn)),
    keys: lines.map(keyOf),
    exact: lines.map(amountOf),
    nets: lines.map(() => ZERO),
    found: lines.map(() => new Map()),
    bases: lines.map(() => new Map()),
  };
  takeOut(work);
  const rules = new Map(work.taxes.flat().map((rule) => [rule.code, rule]));
  const ordered = [...rules.values()].sort(inTurn);
  for (const rule of ordered) charge(work, rule);
  const results = work.taxes.map((taxes, at) => resultOf(work, taxes, at));
  const net = sum(results.map((line) => line.net));
  const tax = sum(results.map((line) => line.tax));
  return { lines: results, taxes: ordered.map((rule) => summed(results, rule)), net, tax, total: net.plus(tax) };
}

// Quantity times price less the line's discounts, with all digits, in the terms of the price.
export function amountOf({ quantity, price, discount_percent: percentOff = 0, discount = 0 }) {
  const whole = dec(quantity).times(price);
  const kept = dec(100).minus(percentOff).div(100);
  return (dec(percentOff).eq(0) ? whole : whole.times(kept)).minus(discount);
}

// What tells lines apart, the same for a line and its return.
const keyOf = ({ taxes, quantity, price, discount_percent: percentOff = 0, discount = 0 }) => [
  taxes.map((rule) => rule.code).join("+"),
  dec(quantity).abs(),
  dec(price).abs(),
  dec(percentOff),
  dec(discount).abs(),
];

// The lines that are rounded as one: all of them, or each by itself.
function together({ rounding }, places) {
  if (rounding === "line") return places.map((at) => [at]);
  return places.length ? [places] : [];
}

function takeOut(work) {
  const groups = new Map();
  const plain = [];
  work.taxes.forEach((taxes, at) => {
    if (!taxes.some((rule) => rule.included)) return plain.push(at);
    const name = taxes.map((rule) => rule.code).join("+");
    return groups.set(name, [...(groups.get(name) ?? []), at]);
  });
  for (const places of groups.values()) {
    for (const those of together(work, places)) takeOutOf(work, those);
  }
  for (const those of together(work, plain)) {
    const exact = those.map((at) => work.exact[at]);
    const whole = toDigits(sum(exact), work.digits);
    const parts = share(whole, exact, work.digits, those.map((at) => work.keys[at]));
    those.forEach((at, place) => (work.nets[at] = parts[place]));
  }
}

// What each tax is of the net amount: a compound one is charged on those before it as well.
function factors(taxes) {
  const known = new Map();
  for (const rule of taxes) {
    const adds = !UNTAXED.has(rule.kind) && !BESIDE.has(rule.kind);
    const base = rule.compound ? ONE.plus(sum([...known.values()])) : ONE;
    known.set(rule.code, adds ? percent(rule.rate).times(base) : ZERO);
  }
  return known;
}

// The sum of the prices is rounded first, then its net and taxes, which are shared out.
function takeOutOf(work, places) {
  const { digits } = work;
  const taxes = work.taxes[places[0]];
  const keys = places.map((at) => work.keys[at]);
  const prices = places.map((at) => work.exact[at]);
  const known = factors(taxes);
  const included = taxes
    .filter((rule) => rule.included)
    .map((rule) => rule.code)
    .sort((one, other) => known.get(one).cmp(known.get(other)) || compare(one, other));
  const divisor = ONE.plus(sum(included.map((code) => known.get(code))));
  const gross = toDigits(sum(prices), digits);
  const net = toDigits(gross.div(divisor), digits);
  const wholes = share(
    gross.minus(net),
    included.map((code) => gross.times(known.get(code)).div(divisor)),
    digits,
    included,
  );
  const exactNets = prices.map((price) => price.div(divisor));
  const nets = share(net, exactNets, digits, keys);
  const rest = share(gross, prices, digits, keys).map((part, place) => part.minus(nets[place]));
  included.slice(0, -1).forEach((code, which) => {
    const exact = exactNets.map((value) => value.times(known.get(code)));
    share(wholes[which], exact, digits, keys).forEach((amount, place) => {
      work.found[places[place]].set(code, amount);
      rest[place] = rest[place].minus(amount);
    });
  });
  places.forEach((at, place) => {
    work.nets[at] = nets[place];
    work.found[at].set(included.at(-1), rest[place]);
  });
}

// The base of a tax on every line that has it, and its amount unless the price contained it.
function charge(work, rule) {
  const places = [...work.taxes.keys()].filter((at) => work.taxes[at].some((one) => one.code === rule.code));
  for (const at of places) {
    work.bases[at].set(rule.code, work.nets[at].plus(rule.compound ? before(work, rule, at) : ZERO));
  }
  if (rule.included) return;
  const rate = UNTAXED.has(rule.kind) ? ZERO : percent(rule.rate);
  for (const those of together(work, places)) {
    const bases = those.map((at) => work.bases[at].get(rule.code));
    const whole = toDigits(sum(bases).times(rate), work.digits);
    const keys = those.map((at) => work.keys[at]);
    const parts = share(whole, bases.map((base) => base.times(rate)), work.digits, keys);
    those.forEach((at, place) => work.found[at].set(rule.code, parts[place]));
  }
}

function before(work, rule, at) {
  const earlier = work.taxes[at].filter((one) => inTurn(one, rule) < 0 && !BESIDE.has(one.kind));
  return sum(earlier.map((one) => work.found[at].get(one.code)));
}

function resultOf(work, taxes, at) {
  const parts = taxes.map(({ code, kind }) => ({
    code,
    kind,
    base: work.bases[at].get(code),
    amount: work.found[at].get(code),
  }));
  const tax = sum(parts.filter((part) => !BESIDE.has(part.kind)).map((part) => part.amount));
  return { net: work.nets[at], taxes: parts, tax, gross: work.nets[at].plus(tax) };
}

function summed(results, { code, kind }) {
  const own = results.flatMap((line) => line.taxes.filter((part) => part.code === code));
  return { code, kind, base: sum(own.map((part) => part.base)), amount: sum(own.map((part) => part.amount)) };
}
