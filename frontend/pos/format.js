// Amounts, quantities and times as the reader's language writes them.
import { europeanFigures } from "./engine/figures.js";
import { known } from "./sync/feed.js";
import { language } from "./words.js";

const kept = new Map();

function formatter(key, make) {
  const name = `${language.value}|${key}`;
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
}

export const currency = () => known.value?.settings.register.currency ?? "USD";
export const digits = () => known.value?.settings.register.digits ?? 2;

// `Intl` takes decimal texts exactly, so that no amount passes through a floating-point number.
export function money(amount, code = currency()) {
  const places = digits();
  const format = formatter(`m${code}${places}`, () =>
    new Intl.NumberFormat(language.value, {
      style: "currency", currency: code, currencyDisplay: "narrowSymbol", minimumFractionDigits: places, maximumFractionDigits: places,
    }));
  return format.format(String(amount));
}

export function amount(value) {
  const places = digits();
  const format = formatter(`a${places}`, () =>
    new Intl.NumberFormat(language.value, { minimumFractionDigits: places, maximumFractionDigits: places }));
  return format.format(String(value));
}

export const number = (value) =>
  formatter("n", () => new Intl.NumberFormat(language.value, { maximumFractionDigits: 6 })).format(String(value));

export const moment = (iso) =>
  formatter("t", () => new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" })).format(new Date(iso));

export const clock = (iso) =>
  formatter("c", () => new Intl.DateTimeFormat(language.value, { timeStyle: "short" })).format(new Date(iso));

// A product, method or tax by its second name where that is in the reader's script: beside an Arabic one, who reads
// Bengali is better served by the first.
const SCRIPTS = { ar: /\p{Script=Arabic}/u, bn: /\p{Script=Bengali}/u };
export const nameOf = (one) => (SCRIPTS[language.value]?.test(one.name_local ?? "") ? one.name_local : one.name);

// What somebody typed as a number: digits of any script, comma or point. Null where it is none.
export function typedNumber(text) {
  const plain = europeanFigures(String(text).trim()).replace(/[,\u066b]/g, ".");
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? plain.replace(/^(-?)\./, "$10.").replace(/\.$/, "") : null;
}
