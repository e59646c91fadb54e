// The counter: find, scan, tap; the basket beside it; pay.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Unreadable } from "../engine/gs1.js";
import { dec, text } from "../engine/decimal.js";
import { number } from "../format.js";
import { useKeys } from "../parts/keys.js";
import { Button } from "../parts/controls.jsx";
import { Icon } from "../parts/icons.jsx";
import { add, basket, changeLine, isEmpty, pieces, removeLine, selected } from "../sale/basket.js";
import { maybeCoupon, takesCoupons } from "../sale/coupons.js";
import { isReceiptNumber, read } from "../sale/scanning.js";
import { cashier, go, openDialog, say } from "../state.js";
import { showKeys } from "./question.jsx";
import { t } from "../words.js";
import { Basket, editLine, payText } from "./basket.jsx";
import { Catalogue } from "./catalogue.jsx";
import { takeCoupon } from "./coupon.jsx";
import { drawer } from "./more.jsx";
import { canScan } from "../devices/camera.js";

// Codes and keys are worked off in the order in which they came: who scans and pays at once pays for what was scanned.
let working = Promise.resolve();

function inTurn(work) {
  working = working.then(work).catch((error) => say(String(error.message), "bad"));
  return working;
}

// What is picked by its lot or serial number is asked for it; the rest is in the basket at once.
export async function put(product, said = {}) {
  const needsLot = product.tracking !== "none" && !said.lots?.length;
  if (needsLot) return openDialog("lots", { product, quantity: said.quantity ?? null });
  return add(product, said);
}

export const scan = (code, whole = code) => inTurn(() => scanned(code, whole));

async function scanned(code, whole) {
  const number = [whole, code].find(isReceiptNumber);
  if (number) return go("refund", { number: number.trim().toUpperCase() });
  try {
    const found = (await read(whole)) ?? (whole === code ? null : await read(code));
    if (!found) return unknown([code, whole].find(maybeCoupon) ?? code);
    const { product, quantity, lot } = found;
    const isOne = quantity.eq(1) && (product.sale_unit ?? product.unit) === product.unit;
    return put(product, { quantity: isOne ? null : text(quantity), lots: lot ? [[lot, text(quantity)]] : [] });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return say(t("This code breaks off: scan it again."), "bad");
  }
}

// What somebody typed and meant: a product of the list, or a code. Looking it up takes its turn, too, so that a key that
// comes meanwhile waits for it.
async function entered(find) {
  const { product, code } = await find();
  return product ? put(product) : scanned(code, code);
}

// A code that no product has may be a coupon.
async function unknown(code) {
  const problem = maybeCoupon(code) ? await takeCoupon(code) : t("Nothing here has the code {code}.", { code });
  return problem && say(problem, "bad");
}

const step = (by) => {
  const line = basket.value.lines.find((one) => one.key === selected.value);
  if (!line || line.of) return;
  const next = dec(line.quantity).plus(by);
  if (!next.eq(0)) changeLine(line.key, { quantity: text(next) });
};

const move = (by) => {
  const { lines } = basket.value;
  const at = lines.findIndex((line) => line.key === selected.value);
  selected.value = lines[Math.max(0, Math.min(lines.length - 1, at + by))]?.key ?? null;
};

export function Sell() {
  const [text, setText] = useState("");
  const [showsBasket, setShowsBasket] = useState(false);
  const field = useRef();
  const pay = () => inTurn(() => !isEmpty.value && go("pay"));
  const free = () => {
    field.current.value = "";
    setText("");
  };
  const focus = () => (setShowsBasket(false), field.current.focus(), field.current.select());

  useLayoutEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current.focus({ preventScroll: true });
  }, []);
  useKeys(
    [
      { key: "F2", title: t("Search"), does: focus },
      { key: "F3", title: t("Customer"), does: () => openDialog("customer") },
      { key: "F4", title: t("Change the line: quantity, price, discount"), does: () => inTurn(() => editLine(selected.value)) },
      { key: "F6", title: t("Discount on everything"), does: () => inTurn(() => !isEmpty.value && openDialog("discount")) },
      ...(takesCoupons() ? [{ key: "Alt+C", title: t("Coupon"), does: () => inTurn(() => openDialog("coupon")) }] : []),
      { key: "F7", title: t("Put aside, or take up again"), does: () => inTurn(() => openDialog("held")) },
      { key: "F8", title: t("Receipts and returns"), does: () => go("receipts") },
      { key: "F9", title: t("Pay"), does: pay },
      { key: "F10", title: t("More"), does: () => openDialog("more") },
      { key: "Ctrl+Enter", title: t("Pay"), does: pay },
      { key: "ArrowDown", title: t("Next line"), free: true, does: () => move(1) },
      { key: "ArrowUp", title: t("Line before"), free: true, does: () => move(-1) },
      { key: "+", title: t("One more"), free: true, does: () => step(1) },
      { key: "-", title: t("One less"), free: true, does: () => step(-1) },
      { key: "Delete", title: t("Take the line out"), free: true, does: () => selected.value && removeLine(selected.value) },
      { key: "?", title: t("Keys"), free: true, does: showKeys },
      { key: "Escape", title: t("Leave the search"), does: () => (setText(""), setShowsBasket(false), document.activeElement?.blur()) },
      { key: "Ctrl+L", title: t("Lock"), does: () => (cashier.value = null) },
      { key: "Ctrl+D", title: t("Open the drawer"), does: drawer },
    ],
    { scan, type: () => field.current.focus() },
  );

  return (
    <main class={`sell ${showsBasket ? "shows-basket" : ""}`} id="content" tabIndex={-1}>
      <h1 class="only-heard">{t("Sell")}</h1>
      <section class="shelf" aria-label={t("Products")}>
        <div class="search">
          <Icon name="search" />
          <input ref={field} type="search" class="input" value={text} placeholder={t("Search or scan")} aria-label={t("Search or scan")}
            autocomplete="off" spellcheck={false} enterKeyHint="search" onInput={(event) => setText(event.target.value)} />
          <kbd>F2</kbd>
          {canScan && <button type="button" class="btn-icon" aria-label={t("Scan with the camera")} onClick={() => openDialog("camera", { scan })}><Icon name="camera" /></button>}
        </div>
        <Catalogue text={text} onPick={(product) => (inTurn(() => put(product)), setText(""))} onEntered={(find) => inTurn(() => entered(find))} onTaken={free} field={field} />
      </section>
      <Basket onClose={() => setShowsBasket(false)} onPay={pay} />
      <div class="bottom-bar">
        <Button kind="quiet" icon="bag" onClick={() => setShowsBasket(true)}>{t("Basket: {count}", { count: number(pieces.value) })}</Button>
        <Button kind="primary btn-large" disabled={isEmpty.value} onClick={pay}>
          {payText()}
        </Button>
      </div>
    </main>
  );
}
