// What a scanner read, looked up on the device.
import { readCode } from "../engine/codes.js";
import { productsByCode } from "../store/finding.js";
import { known } from "../sync/feed.js";
import { now } from "./basket.js";

// → {product, quantity, lot, price} or null; throws Unreadable for a GS1 code that breaks off.
export async function read(code) {
  const { settings, units } = known.value;
  const asked = new Set();
  const about = {
    settings: settings.barcodes,
    unit: (id) => units.find((unit) => unit.id === id),
    unitByStandard: (standard) => units.find((unit) => unit.standard_code === standard),
  };
  const { day } = now(settings);
  // The engine looks things up at once and the device does not: first hear what it asks for, then answer.
  const listen = (codes, sku) => {
    [...codes, sku].forEach((one) => one && asked.add(one));
    return null;
  };
  readCode(code, { ...about, find: listen }, day);
  const found = (await Promise.all([...asked].map(productsByCode))).flat();
  const find = (codes, sku) => {
    for (const product of found) {
      const barcode = product.barcodes.find((one) => codes.includes(one.code));
      if (barcode) return { product, content: barcode.quantity };
    }
    const product = found.find((one) => sku && one.sku === sku);
    return product ? { product, content: "1" } : null;
  };
  return readCode(code, { ...about, find }, day);
}

// A code on one of our receipts, R01-3-00042.
export const isReceiptNumber = (code) => /^[A-Z0-9]{1,8}-\d+-\d{5,}$/i.test(code.trim());
