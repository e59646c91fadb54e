// What each kind of promotion takes off lines.
//
// Of units that get cheaper the cheapest come first; of a bundle at a price the dearest that fit,
// which is best for the customer.
import { HUNDRED, ONE, ZERO, dec, floorTo, min, sum, times, toStep } from "./decimal.js";
import { counted, given, judged, matches } from "./promotion-lines.js";
import { bounded } from "./promotion-work.js";

export const apply = (rule, work, lines) => EFFECTS[rule.kind](rule, work, lines);

function percent(rule, work, lines) {
  const { reached, short } = tiersReached(rule, lines);
  if (!reached.length) return short;
  const cheaper = given(rule, lines);
  const whole = work.sumLeft(cheaper);
  const wanted = whole.times(reached.at(-1).percent).div(HUNDRED);
  return gave(rule, work.shareOver(rule, bounded(rule, wanted, whole, work.step), cheaper));
}

function amount(rule, work, lines) {
  const { reached, short } = tiersReached(rule, lines);
  if (!reached.length) return short;
  const cheaper = given(rule, lines);
  const wanted = dec(reached.at(-1).amount).times(howOften(rule, reached.at(-1), lines));
  return gave(rule, work.shareOver(rule, bounded(rule, wanted, work.sumLeft(cheaper), work.step), cheaper));
}

// The highest tier of which a whole set is there; with fewer pieces a lower one may hold.
function buyGet(rule, work, lines) {
  const bought = counted(rule, lines);
  const cheaper = given(rule, lines);
  const keys = new Set(bought.map((line) => line.key));
  const both = new Set(cheaper.map((line) => line.key).filter((key) => keys.has(key)));
  const union = quantityOf(bought).plus(quantityOf(cheaper.filter((line) => !both.has(line.key))));
  let { reached, short } = tiersReached(rule, lines);
  for (const tier of [...reached].reverse()) {
    const [buy, get] = [dec(tier.min_quantity), dec(tier.get_quantity)];
    const found = [times(quantityOf(bought), buy), times(quantityOf(cheaper), get), times(union, buy.plus(get))];
    const sets = min(...found, ...(rule.max_times === null ? [] : [dec(rule.max_times)]));
    if (!sets.eq(0)) {
      const spare = quantityOf(bought).minus(sets.times(buy));
      return gave(rule, cheapen(rule, work, cheapest(work, cheaper, both, sets.times(get), spare), dec(tier.percent)));
    }
    short = judged(rule, "threshold", { has: union, needs: buy.plus(get), measure: "quantity" });
  }
  return short;
}

// The cheapest units of these lines; of those that are bought too, what can be spared.
function cheapest(work, lines, both, wanted, spare) {
  const units = new Map();
  for (const line of [...lines].sort((one, other) => work.unitLeft(one).cmp(work.unitLeft(other)))) {
    const part = min(both.has(line.key) ? min(line.quantity, spare) : line.quantity, wanted);
    if (part.lte(0)) continue;
    units.set(line.key, part);
    wanted = wanted.minus(part);
    if (both.has(line.key)) spare = spare.minus(part);
  }
  return units;
}

// Take a percentage off so many units of each line.
function cheapen(rule, work, units, off) {
  const most = rule.max_discount === null ? null : floorTo(dec(rule.max_discount), work.step);
  let taken = ZERO;
  for (const line of work.lines) {
    if (!units.has(line.key)) continue;
    const part = off.times(units.get(line.key)).div(line.quantity);
    const rounded = toStep(work.left.get(line.key).times(part).div(HUNDRED), work.step);
    const allowed = most === null ? rounded : min(rounded, most.minus(taken));
    taken = taken.plus(work.take(rule, line, allowed, units.get(line.key)));
  }
  return taken;
}

function bundle(rule, work, lines) {
  const items = rule.targets.filter((target) => target.use === "counts");
  const eligible = counted(rule, lines);
  const fitting = items.map((item) => eligible.filter((line) => matches(item, line)));
  const bounds = items.map((item, at) => times(quantityOf(fitting[at]), dec(item.quantity)));
  if (rule.max_times !== null) bounds.push(dec(rule.max_times));
  const most = items.length ? min(...bounds).toNumber() : 0;
  const { sets, units } = mostSets(work, items, fitting, most);
  if (!sets) {
    const needs = sum(items.map((item) => dec(item.quantity)));
    return judged(rule, "threshold", { has: quantityOf(eligible), needs, measure: "quantity" });
  }
  const parts = work.lines.filter((line) => units.has(line.key));
  const worth = new Map(parts.map((line) => [line.key, work.unitLeft(line).times(units.get(line.key))]));
  const whole = sum([...worth.values()]);
  const wanted = whole.minus(dec(rule.tiers[0].amount).times(sets));
  return gave(rule, work.share(rule, bounded(rule, wanted, whole, work.step), worth, units));
}

// The most sets of a bundle that the lines hold, and the units of each that go into them.
function mostSets(work, items, fitting, most) {
  let [low, high, best] = [0, most, new Map()];
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    const units = fill(work, items, fitting, middle);
    if (units) [low, best] = [middle, units];
    else high = middle - 1;
  }
  return { sets: low, units: best };
}

// The units that so many sets take, the dearest first; what fits fewest lines chooses first.
function fill(work, items, fitting, sets) {
  const units = new Map();
  const order = [...items.keys()].sort(
    (one, other) => quantityOf(fitting[one]).cmp(quantityOf(fitting[other])) || one - other,
  );
  for (const at of order) {
    let wanted = dec(items[at].quantity).times(sets);
    const dearest = [...fitting[at]].sort((one, other) => work.unitLeft(other).cmp(work.unitLeft(one)));
    for (const line of dearest) {
      const used = units.get(line.key) ?? ZERO;
      const part = min(line.quantity.minus(used), wanted);
      if (part.lte(0)) continue;
      units.set(line.key, used.plus(part));
      wanted = wanted.minus(part);
    }
    if (wanted.gt(0)) return null;
  }
  return units;
}

function gift(rule, work, lines) {
  const { reached, short } = tiersReached(rule, lines);
  const tier = reached.at(-1);
  if (!tier || tier.product_id === null) return short;
  let wanted = dec(tier.get_quantity).times(howOften(rule, tier, lines));
  const units = new Map();
  for (const line of lines) {
    if (line.product_id !== tier.product_id || wanted.lte(0) || line.quantity.lte(0)) continue;
    units.set(line.key, min(line.quantity, wanted));
    wanted = wanted.minus(units.get(line.key));
  }
  const taken = cheapen(rule, work, units, HUNDRED);
  if (wanted.gt(0)) {
    work.offers.push({ promotion_id: rule.id, product_id: tier.product_id, quantity: wanted });
    if (taken.eq(0)) return judged(rule, "offered");
  }
  return gave(rule, taken);
}

const EFFECTS = { percent, amount, buy_get: buyGet, bundle, gift };

// The tiers whose thresholds the counted lines reach, the highest last, and what is missing.
function tiersReached(rule, lines) {
  const bought = counted(rule, lines);
  const there = { quantity: quantityOf(bought), amount: sum(bought.map((line) => line.amount)) };
  const tiers = [...rule.tiers].sort(
    (one, other) =>
      dec(one.min_amount).cmp(dec(other.min_amount)) || dec(one.min_quantity).cmp(dec(other.min_quantity)),
  );
  const reached = tiers.filter((tier) => there.quantity.gte(tier.min_quantity) && there.amount.gte(tier.min_amount));
  if (reached.length) return { reached, short: judged(rule, "no_benefit") };
  const first = tiers[0] ?? { min_quantity: "0", min_amount: "0" };
  const measure = there.quantity.lt(first.min_quantity) ? "quantity" : "amount";
  const needs = dec(first[`min_${measure}`]);
  return { reached, short: judged(rule, "threshold", { has: there[measure], needs, measure }) };
}

// How often the thresholds of a tier are reached.
function howOften(rule, tier, lines) {
  if (!rule.repeats) return ONE;
  const bought = counted(rule, lines);
  const often = [
    [quantityOf(bought), dec(tier.min_quantity)],
    [sum(bought.map((line) => line.amount)), dec(tier.min_amount)],
  ]
    .filter(([, threshold]) => !threshold.eq(0))
    .map(([there, threshold]) => times(there, threshold));
  const found = often.length ? min(...often) : ONE;
  return rule.max_times === null ? found : min(found, dec(rule.max_times));
}

const gave = (rule, taken) => judged(rule, taken.eq(0) ? "no_benefit" : "applied", { amount: taken });
const quantityOf = (lines) => sum(lines.map((line) => line.quantity));
