// Payments as they come in: what is left to pay, cash rounding and change.
import { changeOf, roundCash } from "../engine/cash.js";
import { ZERO, dec, max, sum, text } from "../engine/decimal.js";

// A state is {total, payments, rounding, change, digits, coin}; amounts are decimals in texts.
export const begin = (total, digits, coin) => ({ total, digits, coin, payments: [], rounding: "0", change: "0" });

export const left = (state) => dec(state.total).plus(state.rounding).minus(sum(state.payments.map((one) => dec(one.amount))));

export const isPaid = (state) => left(state).eq(0);

// What the method would take of what is left: cash is rounded to the smallest coin.
export const dueBy = (state, method) => (method.kind === "cash" ? roundCash(left(state), state.coin) : left(state));

// The state after an amount was handed over; `given` is negative when it is paid out. Cash beyond what is due is
// change; another method takes no more than that.
export function pay(state, method, given, { reference = "", code = "" } = {}) {
  const due = dueBy(state, method);
  const handed = dec(given);
  const settles = due.gte(0) ? handed.gte(due) : handed.lte(due);
  const amount = settles ? due : handed;
  const isCash = method.kind === "cash";
  const rounding = settles && isCash ? due.minus(left(state)) : ZERO;
  const back = isCash && due.gt(0) ? changeOf(due, max(handed, ZERO)) : ZERO;
  const { digits } = state;
  const payment = {
    method: method.id, amount: text(amount, digits), tendered: text(isCash && due.gt(0) ? handed : amount, digits), reference, code,
  };
  return {
    ...state,
    payments: [...state.payments, payment],
    rounding: text(dec(state.rounding).plus(rounding), digits),
    change: text(dec(state.change).plus(back), digits),
  };
}

// Without its last payment, and without the rounding and change that came of it.
export function undo(state) {
  const fresh = begin(state.total, state.digits, state.coin);
  return { ...fresh, payments: state.payments.slice(0, -1) };
}

