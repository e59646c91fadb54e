// The end of a sale: one operation, its receipt and an empty counter, written together or not at all.
import { batch } from "@preact/signals";
import { issue } from "../einvoice/issuing.js";
import { dec, sum, text } from "../engine/decimal.js";
import { binding, cashier, session } from "../state.js";
import { known } from "../sync/feed.js";
import { record } from "../store/outbox.js";
import { basket, clear, empty, worked } from "./basket.js";
import { afterPaying } from "./points.js";

// payments: [{method, amount, tendered, reference, code}]; `rounding` and `change` are texts. Once the receipt is on
// the disk, `shown(receipt)` shows the next screen, which is drawn together with all that changed.
export async function finish({ payments, rounding, change }, shown) {
  const sold = worked.value;
  const open = session.value;
  const who = cashier.value;
  const fresh = empty();
  const isRefund = sold.lines.every((line) => dec(line.quantity).lt(0));
  let receipt = null;
  let after = null;
  await record(async ({ numbered, cursor, occurred_at }) => {
    const { register, binding: ordinal } = binding.value;
    const number = `${register.code}-${ordinal}-${String(numbered + 1).padStart(5, "0")}`;
    const type = isRefund ? "refund" : "sale";
    const plain = payloadOf({ number, sold, payments, rounding, change, cursor, who, open });
    const signed = await issue({ type, occurred_at, payload: plain, ways: payments.map(kindOf) }, known.value.einvoice);
    after = countIn(open, plain);
    return {
      type,
      payload: signed?.payload ?? plain,
      stores: ["receipts", "customers"],
      write: (transaction, operation) => {
        receipt = {
          sync_id: operation.sync_id, number, at: operation.occurred_at, session: open.key, kind: operation.type,
          cashier: who.name, payload: plain, status: "new", printed: 0, customer: basket.value.customer,
          returned: {}, ...(signed && { qr: signed.qr }),
        };
        transaction.objectStore("receipts").put(receipt);
        const poorer = afterPaying(basket.value.customer, payments);
        if (poorer) transaction.objectStore("customers").put(poorer);
        const values = transaction.objectStore("values");
        values.put(fresh, "basket");
        values.put(after, "session");
        if (signed) values.put(signed.end[1], signed.end[0]);
      },
    };
  });
  batch(() => {
    session.value = after;
    clear(fresh);
    shown(receipt);
  });
}

function payloadOf({ number, sold, payments, rounding, change, cursor, who, open }) {
  const { customer, coupons, overrides, note } = basket.value;
  const { register } = known.value.settings;
  return {
    session: open.key, number, cashier: who.id, currency: register.currency, customer: customerOf(customer, register),
    lines: sold.lines, taxes: sold.taxes, net: sold.net, tax: sold.tax, total: sold.total,
    rounding, due: text(dec(sold.total).plus(rounding), register.digits),
    payments, change, coupons: coupons.map((coupon) => coupon.code), overrides, feed: cursor, note,
  };
}

const kindOf = ({ method }) => known.value.methods.find((one) => one.id === method)?.kind;

function customerOf(customer, register) {
  if (!customer) return register.default_customer ? { id: register.default_customer } : null;
  if (customer.id) return { id: customer.id };
  const { key, name, phone = "", email = "", tax_number = "" } = customer;
  return { key, name, phone, email, tax_number };
}

// The session's sums go on with each sale, so that X and Z reports need no look back.
function countIn(open, payload) {
  const totals = { ...open.totals };
  for (const { method, amount } of payload.payments) totals[method] = text(dec(totals[method] ?? 0).plus(amount));
  const back = payload.lines.every((line) => dec(line.quantity).lt(0));
  return {
    ...open, totals, sales: open.sales + 1,
    gross: text(dec(open.gross ?? 0).plus(payload.total)),
    tax: text(dec(open.tax ?? 0).plus(payload.tax)),
    refunds: text(dec(open.refunds ?? 0).plus(back ? payload.total : 0)),
    discounts: text(dec(open.discounts ?? 0).plus(sum(payload.lines.map(discountOf)))),
    rounding: text(dec(open.rounding ?? 0).plus(payload.rounding)),
    taxes: taxesIn(open.taxes ?? {}, payload.taxes),
  };
}

function discountOf(line) {
  const whole = dec(line.quantity).times(line.price);
  return whole.times(line.discount_percent).div(100).plus(line.discount).round(6);
}

function taxesIn(before, taxes) {
  const after = { ...before };
  for (const { code, base, amount } of taxes) {
    const known = after[code] ?? { base: "0", amount: "0" };
    after[code] = { base: text(dec(known.base).plus(base)), amount: text(dec(known.amount).plus(amount)) };
  }
  return after;
}
