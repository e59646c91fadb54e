// Goods that come back against a receipt: so much of a line as it was sold, at what it cost then.
import { dec, text, unitOf } from "./decimal.js";
import { partOf } from "./sharing.js";

// `line` is a sold line as an operation carries it, `quantity` what comes back of it now and
// `before` what came back earlier, both positive and in the line's unit. All that comes back of a
// line is what was paid for it, to the last digit, in however many parts.
export function returned(line, quantity, before, of, digits) {
  const [size, part, earlier] = [dec(line.quantity), dec(quantity), dec(before)];
  const back = (whole) => partOf(dec(whole), size, earlier, part, unitOf(digits)).neg();
  const taxes = line.taxes.map((tax) => ({
    ...tax,
    base: text(back(tax.base), digits),
    amount: text(back(tax.amount), digits),
  }));
  return {
    ...line,
    quantity: text(part.neg()),
    discount: text(back(line.discount), digits),
    promotions: line.promotions.map(({ id, amount }) => ({ id, amount: text(back(amount), digits) })),
    net: text(back(line.net), digits),
    tax: text(back(line.tax), digits),
    taxes,
    lots: [],
    of,
  };
}
