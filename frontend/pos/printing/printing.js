// Prints receipts and reports, and opens the drawer.
import { render } from "preact";
import { chosen, send } from "../devices/printers.js";
import { KICK, encode } from "./escpos.js";
import { Receipt } from "./receipt.jsx";
import { receiptRows } from "./rows.js";
import { log } from "../screens/more.jsx";
import { say } from "../state.js";
import { markPrinted } from "../store/receipts.js";
import { known } from "../sync/feed.js";
import { t } from "../words.js";
import { h } from "preact";

const isDirect = () => chosen().kind !== "browser";

// What happens by itself after a sale: the drawer for cash, the receipt where that was chosen.
export function afterSale(receipt) {
  const opens = receipt.payload.payments.some(({ method }) => known.value.methods.find((one) => one.id === method)?.opens_drawer);
  if (chosen().auto) return printReceipt(receipt, { kick: opens });
  return opens ? kick() : undefined;
}

// A copy says that it is one, and is noted.
export async function printReceipt(receipt, { isCopy = false, kick: opens = false } = {}) {
  if (isCopy) await log("reprint", { sale: receipt.sync_id, detail: { number: receipt.number } });
  if (isDirect()) await direct(encode(receiptRows(receipt, { isCopy }), { dots: chosen().dots, direction: document.documentElement.dir, kick: opens }));
  else onPaper(h(Receipt, { receipt, isCopy }));
  receipt.printed = (receipt.printed ?? 0) + 1;
  await markPrinted(receipt.sync_id);
}

export async function kick() {
  if (isDirect()) await direct(KICK);
}

async function direct(bytes) {
  try {
    await send(bytes);
  } catch {
    say(t("The printer does not answer. Is it on, and connected?"), "bad");
  }
}

// The browser's print shows this alone (css/print.css).
function onPaper(content) {
  const paper = document.getElementById("paper") ?? document.body.appendChild(Object.assign(document.createElement("div"), { id: "paper" }));
  render(content, paper);
  print();
}

export function printElement(selector) {
  const paper = document.getElementById("paper") ?? document.body.appendChild(Object.assign(document.createElement("div"), { id: "paper" }));
  render(null, paper);
  paper.replaceChildren(document.querySelector(selector).cloneNode(true));
  print();
}
