// Answers one JSON line with another: {"call": "compute", "with": […]} → what the till's function says.
import { createInterface } from "node:readline";
import { readCode } from "../../../frontend/pos/engine/codes.js";
import { priceFor } from "../../../frontend/pos/engine/prices.js";
import { decide } from "../../../frontend/pos/engine/promotions.js";
import { compute } from "../../../frontend/pos/engine/tax.js";

const calls = { compute, decide, price, scan };

// Prices of a bundle's parts look their products up; JSON brings them as a list.
function price(question, lists, digits, products) {
  return priceFor(question, lists, digits, (id) => products.find((product) => product.id === id));
}

function scan(code, { products, units, settings }, today) {
  const find = (codes, sku) => {
    const barcoded = products.find((product) => product.barcodes.some((one) => codes.includes(one.code)));
    const product = barcoded ?? products.find((one) => sku && one.sku === sku);
    const own = barcoded?.barcodes.find((one) => codes.includes(one.code));
    return product ? { product, content: own?.quantity ?? "1" } : null;
  };
  const unit = (id) => units.find((one) => one.id === id);
  const unitByStandard = (standard) => units.find((one) => one.standard_code === standard);
  const found = readCode(code, { find, unit, unitByStandard, settings }, today);
  return found && { ...found, product: found.product.id };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = { is: calls[asked.call](...asked.with) };
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
