// Points of the customer: what is known of them and since when, what they pay, and what is left of them.
import { ZERO, dec, max, min, sum, text } from "../engine/decimal.js";
import { payable, pointsFor } from "../engine/points.js";
import { digits } from "../format.js";
import { call } from "../sync/api.js";
import { known } from "../sync/feed.js";
import { t } from "../words.js";
import { basket, setCustomer, worked } from "./basket.js";

// The customer's account with the most points that pays in the till's currency: {program, points, at}, or null.
export function accountOf(customer) {
  const accounts = (customer?.points ?? []).map((one) => ({ ...one, program: programOf(one.program) }));
  const usable = accounts.filter(({ program }) => program?.currency === known.value.settings.register.currency);
  return usable.reduce((best, one) => (best && dec(best.points).gte(one.points) ? best : one), null);
}

const programOf = (id) => known.value.loyalty.find((one) => one.program === id);

// The customer with the points of this moment, if the server can be asked. Says whether it could.
export async function freshen(customer) {
  if (!customer?.id || !known.value.loyalty.length) return false;
  try {
    const { points } = await call("POST", "points", { customer: customer.id }, { patience: 5_000 });
    if (basket.value.customer?.id === customer.id) setCustomer({ ...basket.value.customer, points });
    return true;
  } catch {
    return false;
  }
}

export const canPayByPoints = () => (known.value.settings.points ?? "never") !== "never" && known.value.loyalty.length > 0;

// What points pay of an amount: {amount, code}, or {problem} in words. `payments` are those of the receipt so far.
export async function byPoints(amount, payments) {
  const policy = known.value.settings.points;
  const { customer } = basket.value;
  if (!customer?.id) return { problem: t("Points need a customer who collects them.") };
  const isFresh = await freshen(customer);
  if (!isFresh && policy === "online") return { problem: t("How many points there are can be asked only with a network. Take another way to pay.") };
  const account = accountOf(basket.value.customer);
  if (amount.lt(0)) return { code: String((account?.program ?? ownProgram())?.program ?? "") };
  if (!account) return { problem: t("Points need a customer who collects them.") };
  const { program } = account;
  const used = sum(payments.filter((one) => isPoints(one)).map((one) => pointsFor(one.amount, program)));
  const there = isFresh ? dec(account.points) : min(dec(account.points), dec(program.offline_points));
  const paid = sum(payments.filter((one) => isPoints(one)).map((one) => dec(one.amount)));
  const most = dec(worked.value.total).times(program.most_percent).div(100).minus(paid);
  const found = payable(program, max(there.minus(used), ZERO), min(amount, max(most, ZERO)), digits());
  return found ? { amount: found, code: String(program.program) } : { problem: t("There are too few points.") };
}

const isPoints = (payment) => known.value.methods.find((one) => one.id === payment.method)?.kind === "loyalty";
const ownProgram = () => known.value.loyalty.find((one) => one.currency === known.value.settings.register.currency);

// The customer as the till knows it after a receipt was paid: without the points that it used.
export function afterPaying(customer, payments) {
  const used = payments.filter((one) => isPoints(one) && dec(one.amount).gt(0));
  if (!customer?.id || !used.length) return null;
  const points = customer.points.map((account) => {
    const mine = used.filter((one) => Number(one.code) === account.program);
    const gone = sum(mine.map((one) => pointsFor(one.amount, programOf(account.program))));
    return { ...account, points: text(max(dec(account.points).minus(gone), ZERO)) };
  });
  return { ...customer, points };
}
