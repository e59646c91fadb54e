// What lies on the counter. It is kept on the device with every change, so that a restart finds it again.
import { computed, effect, signal } from "@preact/signals";
import { dec, sum, text } from "../engine/decimal.js";
import { workOut } from "../engine/basket.js";
import { nameOf } from "../format.js";
import { known } from "../sync/feed.js";
import { database, readValue, writing } from "../store/db.js";
import { journal } from "../store/journal.js";
import { rulesFor } from "../store/pricing.js";
import { ulid } from "../store/chain.js";

export const empty = () => ({
  key: ulid(), lines: [], customer: null, coupons: [], discount_percent: "0", discount: "0", overrides: [], note: "",
});

export const basket = signal(empty());
export const selected = signal(null); // the key of the line that is worked on
let onDisk = null; // the basket that was written with something else
const rules = new Map(); // of the products in the basket, by their ids
const products = new Map();

export const isEmpty = computed(() => basket.value.lines.length === 0);

// What an operation will carry, worked out anew with every change.
export const worked = computed(() => {
  const { settings, taxes, promotions, price_lists: lists } = known.value ?? {};
  if (!settings || !basket.value.lines.length) return null;
  const { customer } = basket.value;
  return workOut(
    { ...basket.value, customer: customer?.id ? customer : null, ...now(settings), currency: settings.register.currency },
    { settings, taxes, promotions, lists, rulesOf: (one) => rules.get(one.id) ?? [], product: (id) => products.get(id) },
  );
});

// Today and the hour where the register stands, whatever zone the device is set to.
export function now(settings, at = new Date()) {
  const timeZone = settings.timezone;
  const day = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
  return { day, clock };
}

export function change(values) {
  basket.value = { ...basket.value, ...values };
}

export function changeLine(key, values) {
  change({ lines: basket.value.lines.map((line) => (line.key === key ? { ...line, ...values } : line)) });
}

export function removeLine(key) {
  const { lines } = basket.value;
  const at = lines.findIndex((line) => line.key === key);
  const left = lines.filter((line) => line.key !== key);
  change({ lines: left });
  selected.value = left[Math.min(at, left.length - 1)]?.key ?? null;
}

// `quantity` is in the product's stock unit when a code says how much, else one of the unit it is sold in.
export async function add(product, { quantity = null, lots = [] } = {}) {
  await prepare([product]);
  const unit = quantity === null ? (product.sale_unit ?? product.unit) : product.unit;
  const more = dec(quantity ?? 1);
  const alike = basket.value.lines.find((line) =>
    line.product.id === product.id && line.unit === unit && !line.of && line.price === null && line.discount_percent === null &&
    line.discount === null && !line.lots.length && !lots.length && dec(line.quantity).gt(0));
  if (alike) {
    changeLine(alike.key, { quantity: text(dec(alike.quantity).plus(more)) });
    selected.value = alike.key;
    return alike.key;
  }
  const line = {
    key: ulid(), product, label: labelOf(product), quantity: text(more), unit, factor: factorOf(product, unit),
    price: null, discount_percent: null, discount: null, lots, of: null,
  };
  change({ lines: [...basket.value.lines, line] });
  selected.value = line.key;
  return line.key;
}

// The name of a variant says which one it is already.
export const labelOf = nameOf;

export const unitOf = (id) => known.value.units.find((unit) => unit.id === id);

function factorOf(product, unit) {
  if (unit === product.unit) return "1";
  return text(dec(unitOf(unit).factor).div(unitOf(product.unit).factor));
}

// Fetches what prices depend on before the product is in the basket: from then on nothing waits.
async function prepare(wanted) {
  const db = await database();
  const parts = wanted.flatMap((product) => (product.parts ?? []).map((part) => part.product));
  const found = (await Promise.all(parts.map((id) => db.get("products", id)))).filter(Boolean);
  await Promise.all([...wanted, ...found].map(async (product) => {
    products.set(product.id, product);
    rules.set(product.id, await rulesFor(product));
  }));
}

// A new customer may have other prices; the lines themselves stay.
export const setCustomer = (customer) => change({ customer });

export async function use(kept) {
  await prepare(kept.lines.filter((line) => !line.of).map((line) => line.product));
  basket.value = { ...empty(), ...kept };
  selected.value = kept.lines.at(-1)?.key ?? null;
}

// Begins with an empty one; `stored` is one that is on the disk already.
export function clear(stored = null) {
  onDisk = stored;
  basket.value = stored ?? empty();
  selected.value = null;
}

export async function loadBasket() {
  const kept = await readValue("basket");
  if (kept?.lines?.length) await use(kept);
  effect(() => {
    const value = basket.value;
    if (value === onDisk) return;
    database().then((db) => db.put("values", value, "basket")).catch(() => {}); // a full disk must not stop a sale
  });
}

// Put aside and taken up again; each in one step, so that no basket is in two places or in none.
export async function hold(name) {
  const kept = { ...basket.value, name, at: new Date().toISOString() };
  const fresh = empty();
  await writing(["held", "values"], (transaction) => {
    transaction.objectStore("held").put(kept);
    transaction.objectStore("values").put(fresh, "basket");
  });
  await journal({ held: { [kept.key]: kept } });
  clear(fresh);
}

export async function recall(key) {
  const kept = await writing(["held"], async (transaction) => {
    const found = await transaction.objectStore("held").get(key);
    transaction.objectStore("held").delete(key);
    return found;
  });
  journal({ held: { [key]: null } }); // nothing waits for it: it is on the counter
  await use(kept);
}

export const heldBaskets = async () => (await database()).getAll("held");

export const pieces = computed(() => text(sum(basket.value.lines.map((line) => dec(line.quantity).abs()))));
