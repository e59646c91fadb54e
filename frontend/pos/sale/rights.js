// What the cashier may do, and who may allow it instead.
import { dec } from "../engine/decimal.js";
import { ask, cashier } from "../state.js";
import { basket, change } from "./basket.js";

const has = (who, right, percent) =>
  right === "discount" ? dec(percent).lte(who.rights.discount_limit) : Boolean(who.rights[right]);

// Whether it may be done: by the cashier's own right, or by a manager's PIN and a reason, which is noted in the
// basket. `what` is one of discount, price, refund, credit, drawer, cash.
export async function may(what, { line = null, percent = "0", note = true } = {}) {
  if (has(cashier.value, what, percent)) return { by: null };
  const given = await ask("override", { what, percent });
  if (!given) return null;
  if (note) change({ overrides: [...basket.value.overrides, { what, line, by: given.by, reason: given.reason }] });
  return given;
}

