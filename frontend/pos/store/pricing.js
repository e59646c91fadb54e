// The rules of prices that a product needs, read from the device; those that many products share are kept.
import { effect } from "@preact/signals";
import { database } from "./db.js";
import { changed } from "../sync/feed.js";

let shared = new Map();
effect(() => {
  changed.value;
  shared = new Map();
});

export const rulesFor = async (product) => (await Promise.all(product.targets.map(rulesOf))).flat();

function rulesOf(target) {
  if (shared.has(target)) return shared.get(target);
  const rules = database().then((db) => db.getAllFromIndex("price_rules", "target", target));
  if (!target.startsWith("product:")) shared.set(target, rules);
  return rules;
}
