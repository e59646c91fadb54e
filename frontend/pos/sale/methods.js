// What each way to pay asks before it is taken: a card number, a customer, a limit.
import { dec, min, text } from "../engine/decimal.js";
import { money } from "../format.js";
import { call } from "../sync/api.js";
import { t } from "../words.js";
import { basket } from "./basket.js";
import { byPoints } from "./points.js";
import { may } from "./rights.js";

// → {amount, reference, code}, {problem} in words, or null when somebody changed their mind.
export async function checkMethod(method, amount, due, ask, payments) {
  const checks = { credit: onCredit, gift_card: byGiftCard, loyalty: () => byPoints(amount, payments), card: byReference, transfer: byReference };
  if (method.kind !== "cash" && amount.abs().gt(due.abs())) return { problem: t("Only {amount} is left: change comes from cash alone.", { amount: money(text(due.abs())) }) };
  return (await checks[method.kind]?.(amount, ask, method)) ?? (checks[method.kind] ? null : {});
}

async function onCredit(amount) {
  const { customer } = basket.value;
  if (!customer) return { problem: t("A sale on credit needs a customer.") };
  if (amount.lt(0)) return {};
  const credit = customer.credit;
  const over = credit?.limit != null && credit.policy !== "none" && dec(credit.owed).plus(amount).gt(credit.limit);
  if (over && credit.policy === "stop") {
    return { problem: t("{name} would owe more than the limit of {limit}.", { name: customer.name, limit: money(credit.limit) }) };
  }
  return (await may("credit")) ? {} : null;
}

async function byReference(amount, ask, method) {
  const answer = await ask({ title: method.name, label: t("Number on the slip"), optional: true });
  return answer === null ? null : { reference: answer };
}

async function byGiftCard(amount, ask) {
  const code = await ask({ title: t("Gift card"), label: t("Number of the card") });
  if (code === null) return null;
  try {
    const card = await call("POST", "gift-cards", { code });
    if (amount.lt(0)) return { code };
    const most = min(dec(card.balance), amount);
    if (most.lte(0)) return { problem: t("There is nothing left on this card.") };
    return { amount: most, code };
  } catch (error) {
    return { problem: error.status === 0 ? t("What is left on a gift card can be asked only with a network. Take another way to pay.") : error.message };
  }
}
