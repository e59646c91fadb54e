// Paying: several methods, cash with its rounding and change, until nothing is left.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { quickAmounts } from "../engine/cash.js";
import { dec, text } from "../engine/decimal.js";
import { amount, currency, digits, money, nameOf, typedNumber } from "../format.js";
import { Button, Pad, Page } from "../parts/controls.jsx";
import { afterFrame } from "../parts/frames.js";
import { useKeys } from "../parts/keys.js";
import { basket, worked } from "../sale/basket.js";
import { notes } from "../sale/denominations.js";
import { finish } from "../sale/finish.js";
import { begin, dueBy, isPaid, left, pay, undo } from "../sale/paying.js";
import { checkMethod } from "../sale/methods.js";
import { canPayByPoints } from "../sale/points.js";
import { ask, go } from "../state.js";
import { known } from "../sync/feed.js";
import { lacksRoom } from "../store/reserve.js";
import { syncWhenQuiet } from "../sync/sync.js";
import { afterSale } from "../printing/printing.js";
import { Points } from "./points.jsx";
import { showKeys } from "./question.jsx";
import { t } from "../words.js";

export function Pay() {
  const { settings } = known.value;
  const methods = known.value.methods.filter((one) => one.kind !== "loyalty" || canPayByPoints());
  const total = worked.value?.total ?? "0";
  const [state, setState] = useState(() => begin(total, digits(), settings.register.cash_rounding));
  const [chosen, choose] = useState(methods.find((one) => one.kind === "cash") ?? methods[0]);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const busy = useRef(false);
  const input = useRef();
  const due = chosen ? dueBy(state, chosen) : left(state);
  const isOut = due.lt(0);

  useLayoutEffect(() => {
    if (matchMedia("(hover: hover)").matches) input.current?.focus();
  }, [chosen, state.payments.length]);
  useLayoutEffect(() => {
    if (isPaid(state)) end(state); // nothing to pay, as when one thing was exchanged for another
  }, []);
  const afresh = () => (setTyped(""), setProblem(""));
  const turnTo = (method) => (choose(method), afresh());
  const goOn = (next) => (setState(next), afresh());

  async function end(paid) {
    if (busy.current) return;
    busy.current = true;
    try {
      await finish(paid, (receipt) => {
        go("done", { receipt, change: paid.change });
        afterFrame(() => (syncWhenQuiet(), afterSale(receipt)));
      });
    } catch (error) {
      busy.current = false;
      setProblem(lacksRoom(error)
        ? t("This device has no room left, so nothing was sold, and the basket stays. The sign at the top says what to do; then take the payment again.")
        : t("The sale could not be kept on this device, so nothing was sold: {reason}", { reason: error.message }));
    }
  }

  async function take(given) {
    if (busy.current || !chosen) return;
    const handed = given ?? (typed.trim() ? typedNumber(typed) : text(due.abs()));
    if (handed === null) return setProblem(t("Write figures only, such as 1.5."));
    const signed = isOut ? dec(handed).abs().neg() : dec(handed);
    if (signed.eq(0)) return setProblem(t("Write the amount."));
    const checked = await checkMethod(chosen, signed, due, (question) => ask("question", question), state.payments);
    if (checked === null) return undefined;
    if (checked.problem) return setProblem(checked.problem);
    const next = pay(state, chosen, text(checked.amount ?? signed), checked);
    if (isPaid(next)) return end(next);
    return goOn(next);
  }

  useKeys(
    [
      ...methods.slice(0, 9).map((method, at) => ({ key: `Alt+${at + 1}`, title: nameOf(method), does: () => turnTo(method) })),
      { key: "F9", title: t("Exactly what is due"), does: () => take(text(due.abs())) },
      { key: "Enter", title: t("Take this amount"), does: () => take() },
      { key: "Ctrl+Backspace", title: t("Without the last payment"), does: () => state.payments.length && goOn(undo(state)) },
      { key: "Escape", title: t("Back to the basket"), does: () => go("sell") },
      { key: "?", title: t("Keys"), free: true, does: showKeys },
    ],
    { type: () => input.current?.focus(), scan: (code) => setTyped(code) },
  );

  if (!worked.value) return null;
  const quick = chosen?.kind === "cash" && !isOut ? quickAmounts(due, notes(currency())) : [];
  return (
    <Page title={isOut ? t("Pay out") : t("Pay")} back={() => go("sell")}>
      <div class="pay">
        <section class="pay-due" aria-label={t("What is due")}>
          <p class="pay-label">{isOut ? t("To be paid out") : t("Due")}</p>
          <p class="pay-figure" aria-live="polite">{money(text(due.abs(), digits()))}</p>
          <ul class="plain-list">
            {state.payments.map((payment, at) => (
              <li key={at}><span>{nameOf(methods.find((one) => one.id === payment.method))}</span><span>{amount(payment.amount)}</span></li>
            ))}
          </ul>
          {state.payments.length > 0 && <Button icon="arrowReturn" onClick={() => goOn(undo(state))}>{t("Without the last payment")}</Button>}
          {basket.value.customer && <p class="muted">{basket.value.customer.name}</p>}
          <Points customer={basket.value.customer} />
        </section>
        <section class="pay-methods" aria-label={t("How it is paid")}>
          {methods.map((method, at) => (
            <button type="button" key={method.id} class="method" aria-pressed={method === chosen} onClick={() => turnTo(method)}>
              <span>{nameOf(method)}</span>{at < 9 && <kbd>Alt+{at + 1}</kbd>}
            </button>
          ))}
        </section>
        <section class="pay-amount" aria-label={t("Amount")}>
          <input ref={input} class="input input-amount" inputMode="decimal" dir="ltr" aria-label={isOut ? t("Amount paid out") : t("Amount handed over")}
            placeholder={amount(text(due.abs(), digits()))} value={typed} onInput={(event) => (setTyped(event.target.value), setProblem(""))} />
          {problem && <p class="bad" role="alert">{problem}</p>}
          {quick.length > 1 && (
            <div class="quick">{quick.map((one) => <Button key={one.toString()} onClick={() => take(text(one))}>{amount(text(one, digits()))}</Button>)}</div>
          )}
          <Pad value={typed} onInput={setTyped} />
          <Button kind="primary btn-pay" onClick={() => take()} hint="Enter">{isOut ? t("Pay out") : t("Take payment")}</Button>
        </section>
      </div>
    </Page>
  );
}
