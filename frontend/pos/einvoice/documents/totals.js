// The sums of a document (BG-22, BG-23), as the authority's rules add them up. Amounts are stated as they were sold.
import { sum } from "../../engine/decimal.js";
import { money, percentage } from "./figures.js";

export function totalsOf(invoice) {
  const lines = invoice.lines.map(({ net, rate }) => ({ net: money(net), tax: percentage(money(net), rate) }));
  const subtotals = subtotalsOf(invoice, lines);
  const line_extension = sum(lines.map(({ net }) => net));
  const allowances = sum(invoice.allowances.map(({ amount }) => money(amount)));
  const tax_exclusive = line_extension.minus(allowances);
  const tax = sum(subtotals.map((one) => one.tax));
  const tax_inclusive = tax_exclusive.plus(tax);
  const rounding = money(invoice.rounding);
  return { lines, subtotals, line_extension, allowances, tax_exclusive, tax, tax_inclusive, rounding, payable: tax_inclusive.plus(rounding) };
}

// Categories in the order in which they first occur, with the VAT that was booked.
function subtotalsOf(invoice, lines) {
  const shares = new Map();
  const add = ({ category, rate, exemption }, amount) => {
    const key = keyOf(category, rate);
    if (!shares.has(key)) shares.set(key, { category, rate, parts: [] });
    shares.get(key).parts.push({ amount, exemption });
  };
  invoice.lines.forEach((line, at) => add(line, lines[at].net));
  for (const one of invoice.allowances) add(one, money(one.amount).neg());
  return [...shares].map(([key, { category, rate, parts }]) => {
    const taxable = sum(parts.map(({ amount }) => amount));
    const booked = invoice.booked_taxes.get(key);
    return { category, rate, taxable, tax: booked ? money(booked) : percentage(taxable, rate), exemption: exemptionOf(parts) };
  });
}

export const keyOf = (category, rate) => `${category} ${rate.toFixed()}`;

// Why a category is not taxed. It has one breakdown and so one code: where lines have several reasons, the code of the
// largest share stands, with the words of all.
function exemptionOf(parts) {
  const shares = new Map();
  for (const { amount, exemption } of parts) {
    if (!exemption) continue;
    const key = JSON.stringify([exemption.code, exemption.reason]);
    shares.set(key, { exemption, share: amount.plus(shares.get(key)?.share ?? 0) });
  }
  const found = [...shares.values()];
  if (found.length < 2) return found[0]?.exemption ?? null;
  found.sort((one, other) => other.share.cmp(one.share) || before(one.exemption.code, other.exemption.code) || before(one.exemption.reason, other.exemption.reason));
  return { code: found[0].exemption.code, reason: [...new Set(found.map(({ exemption }) => exemption.reason))].join("; ") };
}

// By code points, as Python orders texts.
function before(one, other) {
  const [left, right] = [[...one], [...other]];
  const at = left.findIndex((letter, place) => letter !== right[place]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}
