// What is needed now and then.
import { Button, Dialog } from "../parts/controls.jsx";
import { kick } from "../printing/printing.js";
import { basket } from "../sale/basket.js";
import { may } from "../sale/rights.js";
import { ask, cashier, closeDialog, go, openDialog, say, session } from "../state.js";
import { record } from "../store/outbox.js";
import { syncSoon } from "../sync/sync.js";
import { t } from "../words.js";

// Notes what moves neither money nor goods and must be seen.
export async function log(what, { sale = null, reason = "", detail = {} } = {}) {
  await record(() => ({
    type: "logged",
    payload: { session: session.value?.key ?? null, cashier: cashier.value.id, what, sale, reason, detail },
  }));
  syncSoon();
}

export async function drawer() {
  const allowed = await may("drawer", { note: false });
  if (!allowed) return;
  const reason = allowed.reason ?? (await ask("question", { title: t("Open the drawer"), label: t("Reason") }));
  if (!reason) return;
  await log("no_sale", { reason, detail: allowed.by ? { approved_by: allowed.by } : {} });
  await kick();
}

async function empty() {
  const { lines } = basket.value;
  const labels = lines.map((line) => `${line.quantity} ${line.label}`).join(", ").slice(0, 500);
  await log("void", { reason: t("Basket emptied"), detail: { lines: labels } });
  basket.value = { ...basket.value, lines: [], customer: null, coupons: [], discount: "0", discount_percent: "0", overrides: [] };
  say(t("The basket is empty."));
}


export function MoreDialog() {
  const then = (work) => () => (closeDialog(), work());
  const items = [
    ["receipt", t("Receipts and returns"), () => go("receipts"), "F8"],
    ["cash", t("Cash in or out"), () => openDialog("cash"), ""],
    ["bag", t("Open the drawer"), drawer, "Ctrl+D"],
    ["list", t("Session and closing"), () => go("session"), ""],
    ["trash", t("Empty the basket"), () => basket.value.lines.length && empty(), ""],
    ["person", t("Display for the customer"), () => window.open("/pos/display", "till-display", "popup"), ""],
    ["cloud", t("Sync"), () => go("sync"), ""],
    ["gear", t("This device"), () => go("settings"), ""],
    ["lock", t("Lock"), () => (cashier.value = null), "Ctrl+L"],
  ];
  return (
    <Dialog title={t("More")}>
      <div class="menu">{items.map(([icon, title, work, hint]) => <Button key={title} kind="menu" icon={icon} hint={hint} onClick={then(work)}>{title}</Button>)}</div>
    </Dialog>
  );
}
