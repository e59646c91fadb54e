// Answers one JSON line with another: {"call": "compute", "with": […]} → what the till's function says.
import { createInterface } from "node:readline";
import { workOut } from "../../../frontend/pos/engine/basket.js";
import { readCode } from "../../../frontend/pos/engine/codes.js";
import { couponOf, plainCoupon } from "../../../frontend/pos/engine/coupons.js";
import { payable, pointsFor } from "../../../frontend/pos/engine/points.js";
import { priceFor } from "../../../frontend/pos/engine/prices.js";
import { decide } from "../../../frontend/pos/engine/promotions.js";
import { returned } from "../../../frontend/pos/engine/returns.js";
import { compute } from "../../../frontend/pos/engine/tax.js";
import { read, written } from "../../../frontend/pos/store/lines.js";
import { neededSince, told } from "../../../frontend/pos/store/told.js";

// What the till's storage looks up by itself; JSON brings it as lists.
const withLookups = ({ price_rules: rules = [], products = [], ...feed }) => ({
  ...feed,
  rulesOf: ({ targets }) => rules.filter((rule) => targets.includes(rule.target)),
  product: (id) => products.find((product) => product.id === id),
});
const price = (question, feed) => priceFor(question, withLookups(feed));
const basket = (given, feed) => workOut(given, withLookups(feed));

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

const coupon = (code, ...known) => couponOf(plainCoupon(code), ...known);
// The till's journal: lists of lines, each list written after what was left of the one before, of which the last
// bytes are lost.
async function tornLines(...lists) {
  let file = new Uint8Array();
  for (const { lines, lost } of lists) {
    const all = [...file, ...(await written(lines))];
    file = Uint8Array.from(all.slice(0, Math.max(0, all.length - lost)));
  }
  return read(file);
}

// The same with another byte within a line.
async function damagedLines(lines, number) {
  const file = await written(lines);
  const before = (await written(lines.slice(0, number - 1))).length;
  const after = (await written(lines.slice(0, number))).length;
  file[Math.floor((before + after) / 2)] ^= 1;
  return read(file);
}

const calls = { basket, coupon, payable, pointsFor, compute, decide, price, damagedLines, neededSince, returned, scan, told, tornLines };

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = { is: await calls[asked.call](...asked.with) };
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
