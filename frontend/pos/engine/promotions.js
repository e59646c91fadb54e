// Which promotions give what on a basket, and why the others do not: the same decision as
// addons/sales/services/promotions makes, from the same values (`Rule` and `Basket` as JSON).
import { ZERO, dec } from "./decimal.js";
import { compare } from "./sharing.js";
import { Work } from "./promotion-work.js";
import { apply } from "./promotion-effects.js";
import { counted, given, judged } from "./promotion-lines.js";

// → {grants: [{promotion_id, key, amount, quantity}], offers, judgements}
export function decide(rules, basket) {
  const work = new Work(basket.lines.map(asLine), dec(basket.step));
  const judgements = [];
  const closed = new Set();
  let ended = false;
  const inTurn = (one, other) => one.priority - other.priority || one.id - other.id;
  for (const rule of [...rules].sort(inTurn)) {
    const isAlone = rule.stacking === "alone";
    const missed = misses(rule, basket) ?? (ended || (isAlone && work.grants.length) ? "alone" : null);
    if (missed) {
      judgements.push(judged(rule, missed));
      continue;
    }
    const before = work.grants.length;
    judgements.push({ ...attempt(rule, work, closed), coupon: couponOf(rule, basket) });
    const touched = work.grants.slice(before).map((grant) => grant.key);
    ended = isAlone && touched.length > 0;
    if (rule.stacking === "lines") touched.forEach((key) => closed.add(key));
  }
  return { grants: work.grants, offers: work.offers, judgements };
}

// What is taken off each line, by its key.
export function discountsOf({ grants }) {
  const found = new Map();
  for (const { key, amount } of grants) found.set(key, (found.get(key) ?? ZERO).plus(amount));
  return found;
}

const asLine = (line) => ({ ...line, quantity: dec(line.quantity), amount: dec(line.amount) });

function attempt(rule, work, closed) {
  const taken = new Set(closed);
  if (rule.stacking === "lines") work.grants.forEach((grant) => taken.add(grant.key));
  const open = work.lines.filter((line) => !taken.has(line.key));
  if (isAbout(rule, open)) return apply(rule, work, open);
  return judged(rule, isAbout(rule, work.lines) ? "taken" : "products");
}

function isAbout(rule, lines) {
  if (!counted(rule, lines).length) return false;
  return ["gift", "buy_get"].includes(rule.kind) || given(rule, lines).length > 0;
}

const couponOf = (rule, basket) =>
  basket.coupons.find((coupon) => coupon.promotion_id === rule.id)?.code ?? "";

// The first condition beside the lines that is not met, or null.
function misses(rule, basket) {
  if (rule.starts_on && basket.day < rule.starts_on) return "period";
  if (rule.ends_on && basket.day > rule.ends_on) return "period";
  if (rule.weekdays.length && !rule.weekdays.includes(weekdayOf(basket.day))) return "weekday";
  if (rule.from_time || rule.until_time) {
    if (!basket.clock) return "hour_unknown";
    if (!isWithin(basket.clock, rule.from_time, rule.until_time)) return "hour";
  }
  if (rule.currency && rule.currency !== basket.currency) return "currency";
  const isFor = basket.contacts.some((id) => rule.contacts.includes(id))
    || basket.groups.some((id) => rule.groups.includes(id));
  if ((rule.contacts.length || rule.groups.length) && !isFor) return "customer";
  if (rule.needs_coupon && !basket.coupons.some((one) => one.promotion_id === rule.id)) return "coupon";
  if (basket.spent.includes(rule.id)) return "spent";
  return basket.spent_by_customer.includes(rule.id) ? "spent_by_customer" : null;
}

// 1 is Monday, as ISO 8601 counts.
const weekdayOf = (day) => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

// Whether an hour lies between two, the last not included; 22 to 2 goes over midnight.
function isWithin(clock, start, end) {
  const afterStart = !start || compare(clock, start) >= 0;
  const beforeEnd = !end || compare(clock, end) < 0;
  return start && end && start > end ? afterStart || beforeEnd : afterStart && beforeEnd;
}
