// Loads what the till knows into the device, page by page; a page that is stored is never asked for again.
import { signal } from "@preact/signals";
import { call } from "./api.js";
import { readValue, readValues, writingIfRoom } from "../store/db.js";
import { forgetKeys, wordsOf } from "../store/finding.js";

export const known = signal(null); // the small sections by their names; null before the first load
export const changed = signal(0); // counts loads that changed products, prices or customers
export const fedAt = signal(null); // when prices and products came the last time
export const loading = signal(null); // how many products came so far, during the first load

const SECTIONS = ["settings", "units", "categories", "brands", "price_lists", "taxes", "promotions", "coupons", "loyalty", "methods", "cashiers", "einvoice"];
const ROWS = ["products", "price_rules", "customers"];
const NOTHING = { taxes: { rules: [], groups: {}, treatments: {} }, einvoice: null };

export async function loadKnown() {
  const [at, ...values] = await readValues(["fed_at", ...SECTIONS.map((name) => `feed.${name}`)]);
  fedAt.value = at ?? null;
  if (values[0]) known.value = Object.fromEntries(SECTIONS.map((name, at) => [name, values[at] ?? (name in NOTHING ? NOTHING[name] : [])]));
}

export async function loadFeed() {
  let cursor = (await readValue("cursor")) ?? null;
  let count = 0;
  for (let page = null; page === null || page.more; cursor = page.cursor) {
    page = await call("GET", cursor ? `feed?since=${encodeURIComponent(cursor)}` : "feed");
    await keep(page);
    count += page.products?.length ?? 0;
    if (page.more) loading.value = count;
  }
  loading.value = null;
}

async function keep(page) {
  const at = new Date().toISOString();
  await writingIfRoom(["values", ...ROWS], (transaction) => {
    const store = (name) => transaction.objectStore(name);
    if (page.first) ROWS.forEach((name) => store(name).clear());
    for (const name of SECTIONS) if (page[name] !== undefined) store("values").put(page[name], `feed.${name}`);
    for (const product of page.products ?? []) store("products").put(findable(product));
    for (const rule of page.price_rules ?? []) store("price_rules").put(rule);
    for (const customer of page.customers ?? []) store("customers").put(findableCustomer({ ...customer, key: `c${customer.id}` }));
    for (const id of page.gone?.products ?? []) store("products").delete(id);
    for (const id of page.gone?.price_rules ?? []) store("price_rules").delete(id);
    for (const id of page.gone?.customers ?? []) store("customers").delete(`c${id}`);
    store("values").put(page.cursor, "cursor");
    store("values").put(at, "fed_at");
  });
  fedAt.value = at;
  forgetKeys();
  if (ROWS.some((name) => page[name]?.length || page.gone?.[name]?.length)) changed.value += 1;
  if (SECTIONS.some((name) => page[name] !== undefined)) await loadKnown();
}

export const findable = (product) => ({
  ...product,
  words: wordsOf(product.name, product.name_local, product.variant, product.sku),
  codes: [...new Set([product.sku, ...product.barcodes.map((barcode) => barcode.code)].filter(Boolean))],
});

export const findableCustomer = (customer) => ({
  ...customer,
  words: wordsOf(customer.name, customer.name_local, customer.phone, customer.email, customer.tax_number),
});
