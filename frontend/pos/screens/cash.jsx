// Cash that goes into the drawer or out of it without a sale.
import { useState } from "preact/hooks";
import { dec, text } from "../engine/decimal.js";
import { digits, money, typedNumber } from "../format.js";
import { Button, Dialog, Field } from "../parts/controls.jsx";
import { kick } from "../printing/printing.js";
import { may } from "../sale/rights.js";
import { cashier, closeDialog, say, session } from "../state.js";
import { record } from "../store/outbox.js";
import { syncSoon } from "../sync/sync.js";
import { t } from "../words.js";

export function CashDialog() {
  const [direction, setDirection] = useState("out");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");

  async function save(event) {
    event.preventDefault();
    const given = typedNumber(typed);
    if (given === null || dec(given).lte(0)) return setProblem(t("Write the amount."));
    const allowed = await may("cash", { note: false });
    if (!allowed) return undefined;
    const amount = text(dec(given), digits());
    const moved = { direction, amount, reason: reason.trim(), at: new Date().toISOString() };
    const after = { ...session.value, moves: [...session.value.moves, moved] };
    await record(() => ({
      type: "cash_move",
      payload: { session: session.value.key, cashier: cashier.value.id, direction, amount, reason: moved.reason, approved_by: allowed.by },
      write: (transaction) => transaction.objectStore("values").put(after, "session"),
    }));
    session.value = after;
    closeDialog();
    say(direction === "in" ? t("{amount} put in.", { amount: money(amount) }) : t("{amount} taken out.", { amount: money(amount) }), "good");
    kick();
    return syncSoon();
  }

  return (
    <Dialog title={t("Cash in or out")}>
      <form class="fields" onSubmit={save}>
        <div class="segments" role="group" aria-label={t("Direction")}>
          <button type="button" aria-pressed={direction === "out"} onClick={() => setDirection("out")}>{t("Take out")}</button>
          <button type="button" aria-pressed={direction === "in"} onClick={() => setDirection("in")}>{t("Put in")}</button>
        </div>
        <Field label={t("Amount")} problem={problem}><input class="input input-amount" inputMode="decimal" dir="ltr" autofocus value={typed} onInput={(event) => setTyped(event.target.value)} /></Field>
        <Field label={t("Reason")}><input class="input" required maxLength={200} value={reason} onInput={(event) => setReason(event.target.value)} /></Field>
        <Button kind="primary" type="submit">{direction === "in" ? t("Put in") : t("Take out")}</Button>
      </form>
    </Dialog>
  );
}
