// The till: starts, and shows the screen that is due.
import { render } from "preact";
import { effect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { tellDisplay } from "./devices/display.js";
import { keepUpToDate, updateWaits } from "./devices/updates.js";
import { Icon } from "./parts/icons.jsx";
import { focusField, listenToKeys } from "./parts/keys.js";
import { listenToHands } from "./parts/quiet.js";
import { isEmpty, loadBasket } from "./sale/basket.js";
import { Bind } from "./screens/bind.jsx";
import { Loading, OtherWindow, Revoked } from "./screens/blocked.jsx";
import { CameraDialog } from "./screens/camera.jsx";
import { CashDialog } from "./screens/cash.jsx";
import { CouponDialog } from "./screens/coupon.jsx";
import { CustomerDialog } from "./screens/customer.jsx";
import { Display } from "./screens/display.jsx";
import { Done } from "./screens/done.jsx";
import { HeldDialog } from "./screens/held.jsx";
import { DiscountDialog, LineDialog } from "./screens/line.jsx";
import { Lock } from "./screens/lock.jsx";
import { LotsDialog } from "./screens/lots.jsx";
import { MoreDialog } from "./screens/more.jsx";
import { Open } from "./screens/open.jsx";
import { OverrideDialog } from "./screens/override.jsx";
import { Pay } from "./screens/pay.jsx";
import { KeysDialog, QuestionDialog } from "./screens/question.jsx";
import { ReceiptDialog, Receipts } from "./screens/receipts.jsx";
import { Refund } from "./screens/refund.jsx";
import { Sell } from "./screens/sell.jsx";
import { Close, Closed, Session } from "./screens/session.jsx";
import { Settings } from "./screens/settings.jsx";
import { Sync } from "./screens/sync.jsx";
import { binding, cashier, dialogs, go, loadState, message, openDialog, screen, session } from "./state.js";
import { readValue } from "./store/db.js";
import { leads, runForLead } from "./store/lock.js";
import { countOutbox, troubles, unsynced } from "./store/outbox.js";
import { restore } from "./store/restoring.js";
import { tellRestored } from "./store/telling.js";
import { isFull } from "./store/reserve.js";
import { askToPersist, makeRoom } from "./store/space.js";
import { openKey } from "./einvoice/key.js";
import { number } from "./format.js";
import { fedAt, known, loadKnown } from "./sync/feed.js";
import { online, revoked, startSyncing, syncing } from "./sync/sync.js";
import { chooseLanguage, language, startingLanguage, t } from "./words.js";

const SCREENS = { sell: Sell, pay: Pay, done: Done, receipts: Receipts, refund: Refund, session: Session, close: Close, sync: Sync, open: Open };
const DIALOGS = {
  camera: CameraDialog, cash: CashDialog, coupon: CouponDialog, customer: CustomerDialog, discount: DiscountDialog, held: HeldDialog, keys: KeysDialog,
  line: LineDialog, lots: LotsDialog, more: MoreDialog, override: OverrideDialog, question: QuestionDialog, receipt: ReceiptDialog,
};

function App() {
  language.value; // every word may change with it
  if (leads.value === false) return <OtherWindow />;
  if (leads.value === null || binding.value === undefined) return null;
  if (binding.value === null) return <Bind />;
  if (screen.value.name === "settings" && known.value) return <Framed><Settings /></Framed>;
  if (revoked.value) return <Revoked />;
  if (known.value === null) return <Loading />;
  if (screen.value.name === "closed") return <Framed><Closed session={screen.value.session} /></Framed>;
  if (cashier.value === null) return <Framed><Lock /></Framed>;
  if (session.value === null && screen.value.name !== "sync") return <Framed><Open /></Framed>;
  const Screen = SCREENS[screen.value.name] ?? Sell;
  return <Framed><Screen {...screen.value} /></Framed>;
}

// A screen begins in its first field where there is a keyboard to type on: a browser sees to that
// for the first one of a page alone.
function beginInField() {
  if (document.activeElement === document.body && matchMedia("(hover: hover)").matches) focusField();
}

function Framed({ children }) {
  useLayoutEffect(beginInField);
  return (
    <>
      <Bar />
      {children}
      {cashier.value && dialogs.value.map(({ name, props }, at) => {
        const Dialog = DIALOGS[name];
        return <Dialog key={`${name}${at}`} {...props} />;
      })}
      {message.value && <p class={`toast toast-${message.value.kind}`} role="status">{message.value.text}</p>}
    </>
  );
}

// Of yesterday and before: what a customer is told may no longer hold.
const isOld = (at) => at !== null && Date.now() - Date.parse(at) > 86_400_000;

function Bar() {
  const { register } = binding.value;
  const needsPerson = troubles.value.length > 0;
  return (
    <header class="bar">
      <span class="bar-name">{register.name}</span>
      {known.value?.settings.register.close_asked_at && session.value && <button type="button" class="pill pill-warning" onClick={() => isEmpty.value && go("session")}>{t("The office asks to close")}</button>}
      {isFull.value && <button type="button" class="pill pill-bad" onClick={() => cashier.value && go("sync")}><Icon name="warning" /><span>{t("Device full")}</span></button>}
      {isOld(fedAt.value) && <button type="button" class="pill pill-warning" onClick={() => cashier.value && go("sync")}>{t("Old prices")}</button>}
      {updateWaits.value && <span class="pill">{t("Update after this sale")}</span>}
      <button type="button" class={`pill ${needsPerson ? "pill-bad" : online.value ? "pill-good" : "pill-warning"} ${syncing.value ? "is-busy" : ""}`} onClick={() => cashier.value && go("sync")}>
        <Icon name={needsPerson ? "warning" : online.value ? "cloud" : "cloudOff"} />
        <span>{unsynced.value > 0 ? t("Unsynced: {count}", { count: number(unsynced.value) }) : online.value ? t("Synced") : t("Offline")}</span>
      </button>
      {cashier.value && <button type="button" class="pill" onClick={() => (cashier.value = null)} aria-label={t("{name}: lock the till", { name: cashier.value.name })}><Icon name="person" /><span class="bar-person">{cashier.value.name}</span></button>}
      {cashier.value && session.value && <button type="button" class="btn-icon" aria-label={t("More")} onClick={() => openDialog("more")}><Icon name="list" /></button>}
    </header>
  );
}

async function start() {
  await chooseLanguage(startingLanguage());
  const root = document.getElementById("till");
  if (location.pathname === "/pos/display") return render(<Display />, root);
  listenToHands();
  listenToKeys();
  if (await runForLead()) await restore();
  await Promise.all([loadState(), loadKnown(), countOutbox()]);
  revoked.value = (await readValue("revoked")) ?? false;
  if (known.value) await loadBasket();
  else {
    const stop = effect(() => {
      if (!known.value) return;
      queueMicrotask(() => stop());
      loadBasket();
    });
  }
  render(<App />, root);
  effect(() => {
    if (leads.value && binding.value && !revoked.value) queueMicrotask(begin);
  });
  tellDisplay();
  return keepUpToDate();
}

let hasBegun = false;
function begin() {
  if (hasBegun) return;
  hasBegun = true;
  tellRestored().finally(startSyncing);
  openKey(known.value?.einvoice);
  askToPersist();
  makeRoom();
}

start();
