// Invoice lines (BG-25).
import { price, quantity, written } from "../figures.js";
import { escapedAttribute, trimmed } from "../texts.js";
import { amount, block, leaf, text } from "./markup.js";
import { taxCategory } from "./money.js";

export const invoiceLines = (invoice, totals) => invoice.lines.flatMap((line, at) => lineOf(line, totals.lines[at]));

const lineOf = (line, { net, tax }) =>
  block(
    "cac:InvoiceLine",
    leaf("cbc:ID", line.id),
    leaf("cbc:InvoicedQuantity", written(quantity(line.quantity)), ` unitCode="${escapedAttribute(line.unit_code)}"`),
    amount("cbc:LineExtensionAmount", net),
    block("cac:TaxTotal", amount("cbc:TaxAmount", tax), amount("cbc:RoundingAmount", net.plus(tax))),
    block("cac:Item", text("cbc:Name", itemName(line.name)), taxCategory("cac:ClassifiedTaxCategory", line.category, line.rate, null)),
    block("cac:Price", amount("cbc:PriceAmount", price(line.price))),
  );

// What an item is called. Names of fewer than three characters, and those of digits alone, are held to be unclear, so
// such a name is filled up.
function itemName(given) {
  const name = trimmed(given);
  if ([...name].length >= 3 && !/^\p{Nd}+$/u.test(name)) return name;
  return trimmed(`${name} (item | صنف)`);
}
