// The beginning of a session: the cash that is in the drawer.
import { useState } from "preact/hooks";
import { Button, Field, Page } from "../parts/controls.jsx";
import { CashCount } from "../parts/count.jsx";
import { digits, money, typedNumber } from "../format.js";
import { dec, text } from "../engine/decimal.js";
import { record } from "../store/outbox.js";
import { ulid } from "../store/chain.js";
import { cashier, go, session } from "../state.js";
import { known } from "../sync/feed.js";
import { syncSoon } from "../sync/sync.js";
import { t } from "../words.js";

export function Open() {
  const { register } = known.value.settings;
  const [byCount, setByCount] = useState(true);
  const [float, setFloat] = useState({ amount: "0", denominations: {} });
  const [problem, setProblem] = useState("");

  async function open(event) {
    event.preventDefault();
    const typed = typedNumber(float.amount);
    if (typed === null || dec(typed).lt(0)) return setProblem(t("Write an amount, such as 200."));
    const opened = {
      key: ulid(), opened_at: new Date().toISOString(), cashier: cashier.value.id,
      float: text(dec(typed), digits()), sales: 0, moves: [], totals: {}, closed: null,
    };
    const payload = { session: opened.key, cashier: opened.cashier, float: opened.float, denominations: float.denominations };
    await record(() => ({
      type: "session_opened", payload,
      write: (transaction) => transaction.objectStore("values").put(opened, "session"),
    }));
    session.value = opened;
    syncSoon();
    return go("sell");
  }

  return (
    <Page title={t("Open the till")} narrow>
      <form class="card stack" onSubmit={open}>
        <p class="muted">{t("How much cash is in the drawer? Usually {amount}.", { amount: money(register.opening_float) })}</p>
        <div class="segments" role="group" aria-label={t("How to count")}>
          <button type="button" aria-pressed={byCount} onClick={() => setByCount(true)}>{t("By coins and notes")}</button>
          <button type="button" aria-pressed={!byCount} onClick={() => (setByCount(false), setFloat({ amount: register.opening_float, denominations: {} }))}>{t("As a sum")}</button>
        </div>
        {byCount ? (
          <CashCount label={t("Cash in the drawer")} onChange={setFloat} />
        ) : (
          <Field label={t("Cash in the drawer")}>
            <input class="input input-amount" inputMode="decimal" dir="ltr" autofocus value={float.amount}
              onInput={(event) => setFloat({ amount: event.target.value, denominations: {} })} />
          </Field>
        )}
        {problem && <p class="bad" role="alert">{problem}</p>}
        <Button kind="primary btn-large" type="submit">{t("Open the till")}</Button>
      </form>
    </Page>
  );
}
