// Finds products and customers as somebody types, among a hundred thousand: by the beginnings of words, through
// an index, without holding them in memory.
import { database } from "./db.js";

const MANY = 4_000; // keys of one word that are looked at; what has more of them is told by the other words
const SHOWN = 60;
let held = new Map(); // the keys of each word of the last search among products: who types on needs most of them again

// Words as they are looked for: lower case, without accents, and Arabic letters that are written in several ways
// as one.
export function wordsOf(...texts) {
  const words = new Set();
  for (const text of texts) for (const word of plain(text ?? "").split(/[^\p{L}\p{N}]+/u)) if (word) words.add(word);
  return [...words];
}

const plain = (text) =>
  String(text)
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, "")
    .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627")
    .replace(/\u0649/g, "\u064a")
    .replace(/\u0629/g, "\u0647")
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u09e6-\u09ef]/g, (digit) => String(digit.charCodeAt(0) - 0x9e6))
    .toLowerCase();

const beginning = (word) => IDBKeyRange.bound(word, `${word}\uffff`);

export async function search(store, text, most = SHOWN) {
  const words = wordsOf(text).sort((one, other) => other.length - one.length);
  const db = await database();
  if (!words.length) return db.getAll(store, null, most);
  if (words.length === 1) {
    const found = await db.getAllFromIndex(store, "words", beginning(words[0]), most * 3);
    if (/\s$/.test(text)) keysOf(db, store, words).catch(() => {}); // another word follows
    return unique(found, store).slice(0, most);
  }
  const [rarest, ...others] = (await keysOf(db, store, words)).sort((one, other) => one.keys.length - other.keys.length);
  const isCut = ({ keys }) => keys.length === MANY;
  const inAll = meeting(rarest, others);
  // Where these are enough, no row is read to see whether it fits.
  const rows = db.transaction(store).store;
  if (inAll.length >= most || !others.some(isCut)) return having([], inAll.slice(0, most), rows, most);
  const keys = meeting(rarest, others.filter((one) => !isCut(one)));
  return having(others.filter(isCut).map(({ word }) => word), keys, rows, most);
}

// The keys of each word. Of products only the feed changes them, and says so by `forgetKeys`.
function keysOf(db, store, words) {
  const before = store === "products" ? held : new Map();
  const asked = new Map(words.map((word) => [word, before.get(word) ?? db.getAllKeysFromIndex(store, "words", beginning(word), MANY)]));
  if (store === "products") held = asked;
  return Promise.all(words.map(async (word) => ({ word, keys: await asked.get(word) }))).catch((error) => {
    forgetKeys();
    throw error;
  });
}

export const forgetKeys = () => (held = new Map());

function meeting(first, others) {
  const sets = others.map(({ keys }) => new Set(keys));
  return [...new Set(first.keys)].filter((key) => sets.every((set) => set.has(key)));
}

// The first of these with words that too many have for their lists to be read to the end. A row may have gone since.
async function having(words, keys, rows, most) {
  const has = (one) => one && words.every((word) => one.words.some((own) => own.startsWith(word)));
  const found = [];
  for (let from = 0; from < keys.length && found.length < most; from += most) {
    const some = await Promise.all(keys.slice(from, from + most).map((key) => rows.get(key)));
    found.push(...some.filter(has));
  }
  return found.slice(0, most);
}

function unique(found, store) {
  const key = store === "products" ? "id" : "key";
  return [...new Map(found.map((one) => [one[key], one])).values()];
}

export async function productsByCode(code) {
  return (await database()).getAllFromIndex("products", "codes", code);
}

export const product = async (id) => (await database()).get("products", id);

export async function productsOf(category, most = SHOWN) {
  const db = await database();
  return category === null ? db.getAll("products", null, most) : db.getAllFromIndex("products", "category", category, most);
}
