// What a session comes to: what should be there by each way to pay.
import { dec, sum, text } from "../engine/decimal.js";
import { digits } from "../format.js";

// → [{method, kind, name, amount}]: cash with the float and what was put in and taken out.
export function expected(session, methods) {
  const moved = sum(session.moves.map((move) => (move.direction === "in" ? dec(move.amount) : dec(move.amount).neg())));
  const cash = methods.find((method) => method.kind === "cash");
  return methods
    .filter((method) => method === cash || session.totals[method.id] !== undefined)
    .map((method) => {
      const paid = dec(session.totals[method.id] ?? 0);
      const amount = method === cash ? paid.plus(session.float).plus(moved) : paid;
      return { method: method.id, kind: method.kind, amount: text(amount, digits()) };
    });
}
