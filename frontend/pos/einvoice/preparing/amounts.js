// Lines, discounts and taxes of a document, from what was sold: addons/zatca/services/preparing/amounts.py for what
// tills sell. Amounts are stated as they were sold. What comes back in an exchange becomes an allowance of its
// category: an electronic invoice has no negative lines.
import { ZERO, dec, price } from "../documents/figures.js";
import { Unfit, cleaned } from "../documents/texts.js";
import { keyOf } from "../documents/totals.js";

const DISCOUNT = "95"; // UN/CEFACT 5189
const PIECE = "PCE";

// `lines` are those of a payload, `sign` is -1 for a credit note, `day` says which rates hold. Throws Unfit for what
// the till does not know.
export function amountsOf(lines, sign, day, section) {
  const found = { lines: [], allowances: [], booked_taxes: new Map() };
  for (const line of lines) {
    const category = categoryOf(line.tax_codes, day, section);
    const key = keyOf(category.category, category.rate);
    found.booked_taxes.set(key, (found.booked_taxes.get(key) ?? ZERO).plus(dec(line.tax).times(sign)));
    add(found, { label: cleaned(line.label), quantity: dec(line.quantity).times(sign), net: dec(line.net).times(sign), unit: line.unit }, category, section);
  }
  return found;
}

function add(found, { label, quantity, net, unit }, category, section) {
  if (net.gte(0) && quantity.gt(0)) {
    const id = String(found.lines.length + 1);
    found.lines.push({ id, name: label, quantity, price: price(net.div(quantity)), unit_code: unitCode(unit, section), net, ...category });
  } else if (!net.eq(0)) {
    found.allowances.push({ amount: net.neg(), reason: label, reason_code: DISCOUNT, ...category });
  }
}

function unitCode(unit, { units }) {
  if (unit === null || unit === undefined) return PIECE;
  const code = units[unit];
  if (code === undefined) throw new Unfit("a unit");
  return code || PIECE;
}

// How a line is taxed: by the first of its taxes, as it was on that day.
function categoryOf(codes, day, section) {
  if (!codes.length) return { category: "O", rate: ZERO, exemption: section.out_of_scope };
  const [stated] = codes.map((code) => section.categories[code]?.findLast(({ from }) => from <= day));
  if (!stated) throw new Unfit("a tax");
  if (section.needs_citizen.includes(stated.code)) throw new Unfit("who the buyer is");
  if (stated.category === "S") return { category: "S", rate: dec(stated.rate), exemption: null };
  return { category: stated.category, rate: ZERO, exemption: { code: stated.code, reason: stated.reason } };
}
