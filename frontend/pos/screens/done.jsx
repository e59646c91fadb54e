// After a sale: the change, the receipt, and the next customer.
import { useLayoutEffect } from "preact/hooks";
import { dec } from "../engine/decimal.js";
import { money } from "../format.js";
import { Button } from "../parts/controls.jsx";
import { Icon } from "../parts/icons.jsx";
import { useKeys } from "../parts/keys.js";
import { Receipt } from "../printing/receipt.jsx";
import { printReceipt } from "../printing/printing.js";
import { canShare, shareReceipt } from "../printing/sharing.js";
import { go } from "../state.js";
import { scan } from "./sell.jsx";
import { mail } from "./receipts.jsx";
import { online } from "../sync/sync.js";
import { showKeys } from "./question.jsx";
import { t } from "../words.js";

export function Done({ receipt, change }) {
  const next = () => go("sell");
  const print = () => printReceipt(receipt, { isCopy: receipt.printed > 0 });
  const isOut = dec(receipt.payload.due).lt(0);
  useKeys(
    [
      { key: "Enter", title: t("Next sale"), does: next },
      { key: "F9", title: t("Next sale"), does: next },
      { key: "Escape", title: t("Next sale"), does: next },
      { key: "F5", title: t("Print"), does: print },
      { key: "F6", title: t("By e-mail"), does: () => mail(receipt) },
      ...(canShare ? [{ key: "F7", title: t("Send"), does: () => shareReceipt(receipt) }] : []),
      { key: "?", title: t("Keys"), free: true, does: showKeys },
    ],
    { scan: (code) => (next(), scan(code)), type: next },
  );
  useLayoutEffect(() => document.querySelector(".done .btn-pay")?.focus(), []);
  return (
    <main class="page done" id="content" tabIndex={-1}>
      <section class="done-said" aria-live="polite">
        <span class="done-mark"><Icon name="check" /></span>
        <h1>{isOut ? t("Paid out: {amount}", { amount: money(dec(receipt.payload.due).abs().toString()) }) : t("Paid: {amount}", { amount: money(receipt.payload.due) })}</h1>
        {dec(change).gt(0) && <p class="pay-figure">{t("Change: {amount}", { amount: money(change) })}</p>}
        <p class="muted" dir="ltr">{receipt.number}</p>
        <div class="done-actions">
          <Button icon="printer" onClick={print} hint="F5">{t("Print")}</Button>
          <Button icon="mail" onClick={() => mail(receipt)} hint="F6" disabled={!online.value}>{t("By e-mail")}</Button>
          {canShare && <Button icon="share" onClick={() => shareReceipt(receipt)} hint="F7">{t("Send")}</Button>}
        </div>
        <Button kind="primary btn-pay" onClick={next} hint="Enter">{t("Next sale")}</Button>
      </section>
      <section class="done-receipt" aria-label={t("Receipt")}><Receipt receipt={receipt} /></section>
    </main>
  );
}
