// What a scanner read: which product, and what else the code says. It reads as
// addons/catalog/services/scanning.py does:
//
//   a barcode or product code · a GS1 element string · an EAN-13 of a scale, 21 12345 01250 7:
//   prefix, item, weight or price, check digit
import { dec, toDigits } from "./decimal.js";
import { isElementString, readElementString } from "./gs1.js";
import { isGtin, plainCode } from "./gtin.js";

// `known` is {find(codes, sku) → {product, content} or null, unit(id) → {category, factor, digits},
// unitByStandard(code), settings: {weight_prefixes, weight_digits, price_prefixes, price_digits}};
// `today` is a day in ISO 8601. → {product, quantity, lot, expires_on, price} or null; throws
// Unreadable for a GS1 code that breaks off.
export function readCode(text, known, today) {
  const code = text.trim();
  if (!code) return null;
  const found = known.find([plainCode(code)], code);
  if (found) return scanned(found.product, dec(found.content));
  if (isElementString(code)) return byElementString(readElementString(code, today), known);
  return byEmbedded(code, known);
}

const scanned = (product, quantity, more = {}) => ({
  product, quantity, lot: null, expires_on: null, price: null, ...more,
});

function byElementString(said, known) {
  if (!said.gtin) return null;
  const found = known.find(spellings(said.gtin), "");
  if (!found) return null;
  const { product } = found;
  let quantity = dec(found.content).times(said.count || 1);
  if (said.measure) quantity = measured(product, said.measure, known) ?? quantity;
  else if (said.price) quantity = worth(product, said.price, known) ?? quantity;
  const isSerial = said.serial && product.tracking === "serial";
  const lot = (isSerial ? said.serial : said.lot || said.serial) || null;
  return scanned(product, quantity, { lot, expires_on: said.expires_on, price: said.price });
}

function byEmbedded(code, known) {
  if (code.length !== 13 || !isGtin(code)) return null;
  const { settings } = known;
  const [prefix, item, value] = [code.slice(0, 2), code.slice(2, 7), dec(code.slice(7, 12))];
  const weighs = settings.weight_prefixes.includes(prefix);
  if (!weighs && !settings.price_prefixes.includes(prefix)) return null;
  const found = known.find([prefix + item, item], item);
  if (!found) return null;
  const { product } = found;
  if (weighs) {
    const amount = value.div(dec(10).pow(settings.weight_digits));
    return scanned(product, measured(product, { amount, unit: "KGM" }, known) ?? amount);
  }
  const price = value.div(dec(10).pow(settings.price_digits));
  return scanned(product, worth(product, price, known) ?? dec(found.content), { price });
}

// A measured amount in the stock unit; null where it is kept by another kind of unit.
function measured(product, { amount, unit }, known) {
  const stock = known.unit(product.unit);
  const given = known.unitByStandard(unit);
  if (!given || given.category !== stock.category) return null;
  return toDigits(amount.times(given.factor).div(stock.factor), stock.digits);
}

// How much a price buys of what is sold by measure; null of what is counted.
function worth(product, price, known) {
  const { digits } = known.unit(product.unit);
  if (!digits || dec(product.price).eq(0)) return null;
  const bought = toDigits(price.div(product.price), digits);
  return bought.eq(0) ? null : bought;
}

// A GTIN of 14 digits as it may be kept: shorter ones are the same with zeros before them.
function spellings(gtin) {
  const padded = gtin.startsWith("000000") ? [gtin.slice(6)] : [];
  return [plainCode(gtin), gtin, ...padded];
}
