// Coupons that are shown at the till: asked of the server, which alone knows what was used; without a network by what
// is known of codes, where the company allows it.
import { CODE_LENGTH, couponOf, isWellFormed, plainCoupon } from "../engine/coupons.js";
import { partiesOf } from "../engine/basket.js";
import { call } from "../sync/api.js";
import { known } from "../sync/feed.js";
import { database } from "../store/db.js";
import { t } from "../words.js";
import { basket, change, now } from "./basket.js";

// Whether a code that was scanned may be a coupon, so that it is worth asking.
export function maybeCoupon(code) {
  const plain = plainCoupon(code);
  return takesCoupons() && (isWellFormed(plain.slice(-CODE_LENGTH)) || opened(plain) !== null);
}

export const takesCoupons = () =>
  known.value.settings.coupons !== "never" && known.value.promotions.some((one) => one.needs_coupon);

// Puts a coupon into the basket. → {name} of its promotion, or {problem} in words.
export async function showCoupon(typed) {
  const code = plainCoupon(typed);
  if (!code) return { problem: t("Type the code of a coupon.") };
  if (basket.value.coupons.some((one) => one.code === code)) return { problem: t("This coupon is in the basket already.") };
  const found = await ask(code);
  if (found.problem) return found;
  if (basket.value.coupons.some((one) => one.promotion_id === found.promotion)) {
    return { problem: t("Of the same promotion, one coupon counts.") };
  }
  change({ coupons: [...basket.value.coupons, { code, promotion_id: found.promotion }] });
  return { name: nameOfPromotion(found.promotion) };
}

export const nameOfPromotion = (id) => known.value.promotions.find((one) => one.id === id)?.name ?? "";

async function ask(code) {
  const policy = known.value.settings.coupons ?? "online";
  if (policy === "never") return { problem: t("Coupons do not hold at this till.") };
  try {
    return await call("POST", "coupons", { code, customer: basket.value.customer?.id ?? null }, { patience: 5_000 });
  } catch (error) {
    if (error.status !== 0) return { problem: error.message };
    if (policy === "online") return { problem: t("Whether a coupon is good can be asked only with a network.") };
    return lastKnown(code);
  }
}

async function lastKnown(code) {
  const isForMany = known.value.coupons.some((one) => one.code === code);
  if (!isForMany && (await wasUsedHere(code))) return { problem: t("This coupon was used at this till already.") };
  const promotion = opened(code);
  if (promotion === null) return { problem: t("Without a network this coupon is not known.") };
  return { promotion };
}

function opened(code) {
  const { day } = now(known.value.settings);
  const customer = basket.value.customer;
  const contacts = partiesOf(customer?.id ? customer : null)
    .filter((party) => party.startsWith("contact:")).map((party) => Number(party.split(":")[1]));
  return couponOf(code, known.value.coupons, day, contacts);
}

async function wasUsedHere(code) {
  const receipts = await (await database()).getAll("receipts");
  return receipts.some((receipt) => receipt.payload.coupons.includes(code));
}
