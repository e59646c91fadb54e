// Receipts of this till, their state at the server, copies, and the way to a return.
import { useEffect, useState } from "preact/hooks";
import { clock, moment, money } from "../format.js";
import { Button, Dialog, Empty, Page } from "../parts/controls.jsx";
import { Receipt } from "../printing/receipt.jsx";
import { printReceipt } from "../printing/printing.js";
import { canShare, shareReceipt } from "../printing/sharing.js";
import { call } from "../sync/api.js";
import { ask, go, openDialog, say } from "../state.js";
import { findReceipt, recentReceipts } from "../store/receipts.js";
import { t } from "../words.js";

export async function mail(receipt) {
  const email = await ask("question", { title: t("Receipt by e-mail"), label: t("E-mail"), type: "email" });
  if (!email) return;
  try {
    await call("POST", `receipts/${receipt.number}/mail`, { email });
    say(t("The receipt is on its way to {email}.", { email }), "good");
  } catch (error) {
    say(error.status === 0 ? t("The server cannot be reached: print the receipt, or try again later.") : error.message, "bad");
  }
}

export const statusText = (status) =>
  ({ new: t("Not yet synced"), accepted: t("Synced, being booked"), done: t("Booked"), quarantined: t("Needs a manager"), conflict: t("Refused: ask a manager"), rejected: t("Refused: ask a manager") })[status] ?? status;

export function Status({ status }) {
  const kind = { done: "good", new: "plain", accepted: "plain" }[status] ?? "bad";
  return <span class={`status status-${kind}`}>{statusText(status)}</span>;
}

export function Receipts() {
  const [found, setFound] = useState(null);
  const [text, setText] = useState("");
  useEffect(() => {
    let isOn = true;
    recentReceipts(100).then((all) => isOn && setFound(all));
    return () => (isOn = false);
  }, []);
  const wanted = text.trim().toUpperCase();
  const shown = (found ?? []).filter((one) => !wanted || one.number.includes(wanted) || one.customer?.name?.toUpperCase().includes(wanted));

  async function find(event) {
    event.preventDefault();
    const own = await findReceipt(wanted);
    if (own) openDialog("receipt", { receipt: own });
    else if (wanted) go("refund", { number: wanted });
  }

  return (
    <Page title={t("Receipts and returns")} back={() => go("sell")} narrow
      actions={<Button onClick={() => go("refund", {})} icon="arrowReturn">{t("Return without a receipt")}</Button>}>
      <form onSubmit={find} class="search">
        <input class="input" type="search" autofocus value={text} placeholder={t("Number on the receipt, or scan it")} aria-label={t("Number on the receipt, or scan it")} onInput={(event) => setText(event.target.value)} />
        <Button type="submit" kind="primary">{t("Find")}</Button>
      </form>
      {found !== null && shown.length === 0 && <Empty icon="receipt" title={wanted ? t("Not on this till") : t("No receipts yet")}>{wanted && t("Enter looks at the server for receipts of other tills.")}</Empty>}
      <ul class="choices card">
        {shown.map((receipt) => (
          <li key={receipt.sync_id}>
            <button type="button" class="choice" onClick={() => openDialog("receipt", { receipt })}>
              <span><strong dir="ltr">{receipt.number}</strong><small class="muted">{moment(receipt.at)} · {receipt.cashier}{receipt.customer ? ` · ${receipt.customer.name}` : ""}</small></span>
              <Status status={receipt.status} />
              <span class="choice-amount">{money(receipt.payload.due)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Page>
  );
}

export function ReceiptDialog({ receipt }) {
  const back = () => go("refund", { number: receipt.number });
  return (
    <Dialog title={receipt.number} keys={[{ key: "F5", title: t("Print a copy"), does: () => printReceipt(receipt, { isCopy: true }) }]}
      foot={<>
        <Button icon="mail" onClick={() => mail(receipt)}>{t("By e-mail")}</Button>
        {canShare && <Button icon="share" onClick={() => shareReceipt(receipt)}>{t("Send")}</Button>}
        <Button icon="printer" hint="F5" onClick={() => printReceipt(receipt, { isCopy: true })}>{t("Print a copy")}</Button>
        {receipt.kind === "sale" && <Button kind="primary" icon="arrowReturn" onClick={back}>{t("Take goods back")}</Button>}
      </>}>
      <p class="row"><Status status={receipt.status} /><span class="muted">{clock(receipt.at)}</span></p>
      {receipt.problem && <p class="note note-bad">{receipt.problem.message} {receipt.problem.fix}</p>}
      <Receipt receipt={receipt} />
    </Dialog>
  );
}
