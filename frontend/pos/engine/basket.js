// From what lies on the counter to what an operation carries: prices, promotions, discounts, taxes.
import { HUNDRED, ZERO, dec, sum, text, toStep, unitOf } from "./decimal.js";
import { priceFor } from "./prices.js";
import { decide, discountsOf } from "./promotions.js";
import { split } from "./sharing.js";
import { amountOf, compute } from "./tax.js";

const BESIDE = ["reverse_charge", "withholding"];

// basket  {lines, customer, coupons, day, clock, discount_percent, discount}; a line is
//           {product, label, quantity, unit, factor, price, discount_percent, discount, lots}:
//           `price` and `discount_percent` are null unless somebody set them; a negative quantity
//           brings goods back without a receipt; or a line of returns.js, which is as it is
// known   {settings, taxes, promotions} of the feed, with what prices.js asks
// → {lines, taxes, net, tax, total} in the shape of docs/pos-sync.md, and the promotions' decision
export function workOut(basket, known) {
  const { digits } = known.settings.register;
  const parties = partiesOf(basket.customer);
  const lines = basket.lines.map((line) => (line.of ? line : priced(line, basket, parties, known)));
  const sold = lines.filter((line) => !line.of && dec(line.quantity).gt(0));
  const decision = decide(known.promotions, asBasket(sold, basket, parties, digits));
  const granted = discountsOf(decision);
  sold.forEach((line, at) => {
    line.promotions = decision.grants
      .filter((grant) => grant.key === String(at))
      .map((grant) => ({ id: grant.promotion_id, amount: text(grant.amount, digits) }));
    line.discount = dec(line.discount).plus(granted.get(String(at)) ?? ZERO);
  });
  shareDiscount(sold, basket, digits);
  const worked = taxed(lines, basket, known);
  return { ...summed(worked, digits), decision };
}

// For whom a customer's prices are: himself, the company where he works, its groups, everybody.
export function partiesOf(customer) {
  if (!customer) return ["all"];
  const contacts = [customer.id, customer.company].filter((id) => id != null);
  return [...contacts.map((id) => `contact:${id}`), ...(customer.groups ?? []).map((id) => `group:${id}`), "all"];
}

function priced(line, basket, parties, known) {
  const { register } = known.settings;
  const found = priceFor(
    { ...line, parties, day: basket.day },
    { ...known, digits: register.digits, ownList: register.price_list },
  );
  return {
    ...line,
    factor: dec(line.factor ?? 1),
    price: line.price === null ? found.price : dec(line.price),
    discount_percent: dec(line.discount_percent ?? (line.price === null ? found.discount_percent : 0)),
    discount: dec(line.discount ?? 0),
    price_list: line.price === null ? found.list_name : "",
    promotions: [],
    of: null,
  };
}

function asBasket(sold, basket, parties, digits) {
  const idsOf = (kind) =>
    parties.filter((party) => party.startsWith(`${kind}:`)).map((party) => Number(party.split(":")[1]));
  return {
    lines: sold.map((line, at) => ({
      key: String(at),
      product_id: line.product.id,
      quantity: dec(line.quantity).times(line.factor),
      amount: amountOf(line),
      category_ids: line.product.categories ?? [],
      brand_id: line.product.brand ?? null,
      price_list: line.price_list,
      discounted: !line.discount_percent.eq(0) || !line.discount.eq(0),
    })),
    step: unitOf(digits),
    currency: basket.currency,
    day: basket.day,
    clock: basket.clock,
    contacts: idsOf("contact"),
    groups: idsOf("group"),
    coupons: basket.coupons ?? [],
    spent: [],
    spent_by_customer: [],
  };
}

// The discount on the whole, in proportion to what each line comes to.
function shareDiscount(sold, basket, digits) {
  const amounts = sold.map(amountOf);
  const whole = sum(amounts);
  const percent = whole.times(basket.discount_percent ?? 0).div(HUNDRED);
  const step = unitOf(digits);
  const discount = toStep(percent.plus(basket.discount ?? 0), step);
  if (discount.eq(0) || whole.eq(0)) return;
  split(discount, amounts, step).forEach((part, at) => {
    sold[at].discount = sold[at].discount.plus(part);
  });
}

// Lines against a receipt have the taxes that were paid; the others are worked out together.
function taxed(lines, basket, known) {
  const { settings, taxes } = known;
  const rules = new Map(taxes.rules.map((rule) => [rule.code, { ...rule, rate: rateOn(rule, basket.day) }]));
  const own = lines.filter((line) => !line.of);
  for (const line of own) line.tax_codes = codesOf(line.product, basket.customer, taxes);
  const document = {
    lines: own.map((line) => ({ ...line, taxes: line.tax_codes.map((code) => rules.get(code)) })),
    digits: settings.register.digits,
    rounding: settings.tax_rounding,
  };
  const results = new Map(compute(document).lines.map((result, at) => [own[at], result]));
  return lines.map((line) => ({ ...line, ...(results.get(line) ?? {}) }));
}

// The codes of the taxes of a product for a customer.
export function codesOf(product, customer, taxes) {
  const treated = customer?.treatment ? taxes.treatments[customer.treatment] : null;
  return (treated ?? taxes.groups)[product.tax_group] ?? [];
}

// The rate of the last period that has begun, in percent.
export function rateOn({ rates }, day) {
  const begun = rates.filter(({ from }) => !from || from <= day);
  return begun.length ? begun.at(-1).rate : "0";
}

function summed(lines, digits) {
  const told = lines.map((line, at) => asSent(line, at + 1, digits));
  const taxes = new Map();
  for (const { code, kind, base, amount } of told.flatMap((line) => line.taxes)) {
    const known = taxes.get(code) ?? { code, kind, base: ZERO, amount: ZERO };
    taxes.set(code, { ...known, base: known.base.plus(base), amount: known.amount.plus(amount) });
  }
  const net = sum(told.map((line) => dec(line.net)));
  const tax = sum(told.map((line) => dec(line.tax)));
  return {
    lines: told,
    taxes: [...taxes.values()].map((one) => taxAsSent(one, digits)),
    net: text(net, digits),
    tax: text(tax, digits),
    total: text(net.plus(tax), digits),
  };
}

const taxAsSent = ({ code, kind, base, amount }, digits) => ({
  code,
  kind,
  base: text(base, digits),
  amount: text(amount, digits),
});

function asSent(line, number, digits) {
  const taxes = line.taxes.map((tax) => taxAsSent(tax, digits));
  const tax = sum(taxes.filter(({ kind }) => !BESIDE.includes(kind)).map(({ amount }) => dec(amount)));
  return {
    line: number,
    product: line.product?.id ?? line.product,
    label: line.label,
    quantity: text(line.quantity),
    unit: line.unit,
    price: text(line.price, digits),
    discount_percent: text(line.discount_percent),
    discount: text(line.discount, digits),
    promotions: line.promotions,
    tax_codes: line.tax_codes,
    net: text(line.net, digits),
    tax: text(tax, digits),
    taxes,
    lots: line.lots ?? [],
    of: line.of ?? null,
  };
}
