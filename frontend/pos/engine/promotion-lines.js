// Which lines a promotion is about, and how it is told what became of it.
import { ZERO } from "./decimal.js";

// The lines that count. The product that is given is not what it is given for.
export function counted(rule, lines) {
  const gifts = rule.kind === "gift" ? rule.tiers.map((tier) => tier.product_id) : [];
  const wanted = rule.targets.filter((target) => target.use === "counts");
  return lines.filter(
    (line) =>
      may(rule, line) &&
      (line.product_id === null || !gifts.includes(line.product_id)) &&
      (!wanted.length || wanted.some((target) => matches(target, line))),
  );
}

// The lines that get cheaper.
export function given(rule, lines) {
  const wanted = rule.targets.filter((target) => target.use === "gives");
  if (!wanted.length) return counted(rule, lines);
  return lines.filter((line) => may(rule, line) && wanted.some((target) => matches(target, line)));
}

export function matches(target, line) {
  if (target.product_id !== null) return line.product_id === target.product_id;
  if (target.category_id !== null) return line.category_ids.includes(target.category_id);
  return target.brand_id !== null && line.brand_id === target.brand_id;
}

function may(rule, line) {
  if (rule.skips_discounted && line.discounted) return false;
  if (rule.price_lists.length && !rule.price_lists.includes(line.price_list)) return false;
  return !rule.targets.some((target) => target.use === "except" && matches(target, line));
}

// What became of a promotion. `has` and `needs` are those of a threshold that was not reached.
export const judged = (rule, outcome, more = {}) => ({
  promotion_id: rule.id,
  name: rule.name,
  outcome,
  amount: ZERO,
  has: ZERO,
  needs: ZERO,
  measure: "",
  coupon: "",
  ...more,
});
