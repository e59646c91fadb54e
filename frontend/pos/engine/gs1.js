// GS1 element strings: what GS1-128, DataMatrix, QR and DataBar codes hold. General Specifications,
// section 3 (application identifiers), 5.1.2 (symbology identifiers), 7.8 (concatenation) and
// 7.12 (years of two digits).
import { dec } from "./decimal.js";
import { isGtin } from "./gtin.js";

const SEPARATOR = "\x1d";
const SYMBOLOGIES = ["]C1", "]d2", "]e0", "]Q3", "]J1"];
const BRACKETS = /\((\d{2,4})\)/;

const spread = (names, value) => Object.fromEntries(names.map((name) => [name, value]));
// Lengths of the data that needs no separator, by the first two digits of the identifier.
const FIXED = {
  "00": 18, ...spread(["01", "02", "03"], 14), "04": 16,
  ...spread(["11", "12", "13", "15", "16", "17", "18", "19"], 6), 20: 2,
  ...spread(["31", "32", "33", "34", "35", "36"], 6), 41: 13,
};
const LONGEST = { 10: 20, 21: 20, 22: 20, 30: 8, 37: 8 };
const WIDTHS = {
  ...spread(["23", "24", "25", "40", "42", "70", "71", "72", "80", "81", "82"], 3),
  ...spread(["31", "32", "33", "34", "35", "36", "39"], 4), 41: 3,
};
const MEASURES = {
  310: "KGM", 311: "MTR", 314: "MTK", 315: "LTR", 316: "MTQ", 320: "LBR", 321: "INH", 322: "FOT", 357: "ONZ",
};

export class Unreadable extends Error {}

export function isElementString(code) {
  if (SYMBOLOGIES.some((sign) => code.startsWith(sign)) || code.includes(SEPARATOR)) return true;
  if (new RegExp(`^${BRACKETS.source}`).test(code)) return true;
  return ["01", "02"].includes(code.slice(0, 2)) && code.length > 16 && isGtin(code.slice(2, 16));
}

// Throws Unreadable for a code that breaks off, or holds a date or a GTIN that there is not.
export function readElementString(code, today) {
  const found = new Map(elements(code));
  const take = (name) => {
    const value = found.get(name) ?? "";
    found.delete(name);
    return value;
  };
  const gtin = take("01") || take("02");
  if (gtin && !isGtin(gtin)) throw new Unreadable(gtin);
  const count = take("37") || take("30");
  const [expires, best] = [dayOf(take("17"), today), dayOf(take("15"), today)];
  dayOf(take("11"), today);
  return {
    gtin,
    lot: take("10"),
    serial: take("21"),
    count: count ? Number(count) : null,
    expires_on: expires ?? best,
    measure: measureOf(found),
    price: priceOf(found),
  };
}

function* elements(code) {
  const sign = SYMBOLOGIES.find((one) => code.startsWith(one)) ?? "";
  let rest = code.slice(sign.length);
  if (new RegExp(`^${BRACKETS.source}`).test(rest)) {
    const parts = rest.split(BRACKETS).slice(1);
    for (let at = 0; at < parts.length; at += 2) {
      yield [parts[at], checked(parts[at], parts[at + 1].trim().replace(/\x1d+$/, ""))];
    }
    return;
  }
  rest = rest.replace(/^\x1d+/, "");
  while (rest) {
    const start = rest.slice(0, 2);
    const name = rest.slice(0, WIDTHS[start] ?? 2);
    rest = rest.slice(name.length);
    const end = start in FIXED ? FIXED[start] : rest.indexOf(SEPARATOR);
    const data = end < 0 ? rest : rest.slice(0, end);
    rest = rest.slice(data.length).replace(/^\x1d+/, "");
    yield [name, checked(name, data)];
  }
}

function checked(name, data) {
  const [fixed, longest] = [FIXED[name.slice(0, 2)], LONGEST[name]];
  const isNumber = /^[0-9]+$/.test(data);
  const isWrong =
    !data ||
    !/^[0-9]+$/.test(name) ||
    (fixed !== undefined && (data.length !== fixed || !isNumber)) ||
    (longest !== undefined && data.length > longest) ||
    (["30", "37"].includes(name) && !isNumber) ||
    (["390", "392"].includes(name.slice(0, 3)) && !(isNumber && data.length <= 15));
  if (isWrong) throw new Unreadable(name);
  return data;
}

// A day from YYMMDD; the day 00 is the last of the month.
function dayOf(text, today) {
  if (!text) return null;
  const thisYear = Number(today.slice(0, 4));
  const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4)].map(Number);
  const apart = year - (thisYear % 100);
  let full = thisYear - (thisYear % 100) + year;
  if (apart >= 51) full -= 100;
  else if (apart <= -50) full += 100;
  const last = new Date(Date.UTC(full, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day > last) throw new Unreadable(text);
  return `${full}-${text.slice(2, 4)}-${String(day || last).padStart(2, "0")}`;
}

// The last digit of the identifier says where the point stands.
const scaled = (data, name) => dec(data).div(dec(10).pow(Number(name[3])));

function measureOf(found) {
  const name = [...found.keys()].find((one) => one.length === 4 && MEASURES[one.slice(0, 3)]);
  return name ? { amount: scaled(found.get(name), name), unit: MEASURES[name.slice(0, 3)] } : null;
}

function priceOf(found) {
  const name = [...found.keys()].find((one) => one.length === 4 && ["390", "392"].includes(one.slice(0, 3)));
  return name ? scaled(found.get(name), name) : null;
}
