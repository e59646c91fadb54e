// Cash: rounding to the smallest coin, change, and the notes that a customer is likely to hand over.
import { ZERO, ceil, dec, max, toStep } from "./decimal.js";

// What is paid in cash where the smallest coin is `coin`; as it is where there is none.
export const roundCash = (amount, coin) => (coin ? toStep(dec(amount), dec(coin)) : dec(amount));

export const changeOf = (due, tendered) => max(dec(tendered).minus(due), ZERO);

// Amounts to tap: what is due, then the next whole sums of each note, the smallest first.
export function quickAmounts(due, notes, most = 4) {
  const amounts = [...notes].map(dec).map((note) => ceil(dec(due).div(note)).times(note));
  const found = [dec(due)];
  for (const amount of amounts.sort((one, other) => one.cmp(other))) {
    if (amount.gt(found.at(-1))) found.push(amount);
  }
  return found.slice(0, most);
}
