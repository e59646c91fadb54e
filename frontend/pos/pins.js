// Who a cashier is, by the PIN, with or without a network: PBKDF2 with SHA-256, as the feed says.
import { hex } from "./store/chain.js";

export async function isPinOf(cashier, pin) {
  if (!cashier.pin) return false;
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const salt = Uint8Array.from(cashier.pin.salt.match(/../g), (pair) => parseInt(pair, 16));
  const options = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cashier.pin.iterations };
  return hex(await crypto.subtle.deriveBits(options, key, 256)) === cashier.pin.hash;
}

// Some wrong ones in a row cost time, more with each, and a restart does not help: guessing by hand leads nowhere.
const KEY = "till.wrong-pins";
const FREE = 5;

const kept = () => JSON.parse(localStorage.getItem(KEY) ?? '{"wrong":0,"until":0}');

export const waitBeforePin = () => Math.max(0, kept().until - Date.now());

export function notePin(right) {
  const wrong = right ? 0 : kept().wrong + 1;
  const pause = wrong >= FREE ? Math.min(2 ** (wrong - FREE) * 5_000, 300_000) : 0;
  localStorage.setItem(KEY, JSON.stringify({ wrong, until: Date.now() + pause }));
}
