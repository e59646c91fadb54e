// What stands on a receipt, as rows: the screen, the browser's printer and ESC/POS all draw the same.
import { dec, text } from "../engine/decimal.js";
import { amount, digits, moment, nameOf, number } from "../format.js";
import { nameOfTax } from "../screens/basket.jsx";
import { known } from "../sync/feed.js";
import { t } from "../words.js";

const line = (words, more = {}) => ({ kind: "text", text: words, align: "center", ...more });
const pair = (left, right, more = {}) => ({ kind: "pair", left, right, ...more });
const RULE = { kind: "rule" };

export function receiptRows(receipt, { isCopy = false } = {}) {
  const { payload } = receipt;
  return [...head(receipt, isCopy), RULE, ...payload.lines.flatMap(ofLine), RULE, ...sums(payload), ...payments(payload), RULE, ...foot(receipt)];
}

function head(receipt, isCopy) {
  const { settings } = known.value;
  const { register } = settings;
  return [
    line(settings.company, { bold: true, big: true }),
    ...register.receipt_header.split("\n").filter(Boolean).map((words) => line(words)),
    ...(settings.address ?? []).filter(Boolean).map((words) => line(words)),
    ...(settings.tax_number ? [line(t("Tax number {number}", { number: settings.tax_number }))] : []),
    line(titleOf(receipt), { bold: true }),
    ...(isCopy ? [line(t("COPY"), { bold: true })] : []),
    pair(receipt.number, moment(receipt.at)),
    pair(t("Cashier"), receipt.cashier),
    ...(receipt.customer ? [pair(t("Customer"), receipt.customer.name)] : []),
    ...(receipt.customer?.tax_number ? [pair(t("Tax number"), receipt.customer.tax_number)] : []),
  ];
}

function titleOf({ kind, payload }) {
  if (kind === "refund") return t("Return");
  if (!payload.tax || dec(payload.tax).eq(0)) return t("Receipt");
  return t("Simplified tax invoice");
}

function ofLine(sold) {
  const whole = text(dec(sold.net).plus(sold.tax), digits());
  const rows = [
    line(sold.label, { align: "start" }),
    pair(`${number(sold.quantity)} × ${amount(sold.price)}`, amount(whole)),
  ];
  if (dec(sold.discount_percent).gt(0)) rows.push(line(t("{percent} % off", { percent: number(sold.discount_percent) }), { align: "start", small: true }));
  if (!dec(sold.discount).eq(0)) rows.push(line(t("{amount} off", { amount: amount(text(dec(sold.discount).abs())) }), { align: "start", small: true }));
  if (sold.lots.length) rows.push(line(sold.lots.map(([lot]) => lot).join(", "), { align: "start", small: true }));
  if (sold.of?.number) rows.push(line(t("from {number}", { number: sold.of.number }), { align: "start", small: true }));
  return rows;
}

function sums(payload) {
  const rows = [pair(t("Net"), amount(payload.net)), ...payload.taxes.map((tax) => pair(nameOfTax(tax.code), amount(tax.amount)))];
  rows.push(pair(t("Total {currency}", { currency: payload.currency }), amount(payload.total), { bold: true, big: true }));
  if (!dec(payload.rounding).eq(0)) rows.push(pair(t("Rounding"), amount(payload.rounding)), pair(t("Due"), amount(payload.due)));
  return rows;
}

function payments(payload) {
  const rows = payload.payments.map(({ method, tendered }) => pair(nameOf(known.value.methods.find((one) => one.id === method) ?? { name: "" }), amount(tendered)));
  if (!dec(payload.change).eq(0)) rows.push(pair(t("Change"), amount(payload.change)));
  return rows;
}

function foot(receipt) {
  const { settings } = known.value;
  const words = [settings.footer, settings.register.receipt_footer].filter(Boolean).flatMap((one) => one.split("\n"));
  const stamp = receipt.qr ? [{ kind: "qr", text: receipt.qr }] : [];
  return [...words.map((one) => line(one)), ...stamp, { kind: "barcode", text: receipt.number }, line(receipt.number)];
}
