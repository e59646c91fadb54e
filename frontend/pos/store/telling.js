// The office hears of what was put back from the second journal: it is an operation like any other, told once.
import { session } from "../state.js";
import { record } from "./outbox.js";
import { restored } from "./restoring.js";

export async function tellRestored() {
  const found = restored.value;
  if (!found || found.told) return;
  const { operations, strays, whole, keyless } = found;
  const told = { ...found, told: true };
  await record(() => ({
    type: "logged",
    payload: {
      session: session.value?.key ?? null, cashier: null, what: "restored", sale: null, reason: "",
      detail: { operations, strays, whole, keyless },
    },
    write: (transaction) => transaction.objectStore("values").put(told, "restored"),
  }));
  restored.value &&= told;
}
