// What the customer sees on a second screen: this till tells, the other window shows.
import { effect } from "@preact/signals";
import { basket, worked } from "../sale/basket.js";
import { known } from "../sync/feed.js";
import { screen } from "../state.js";

const NAME = "till-display";

export function tellDisplay() {
  const channel = new BroadcastChannel(NAME);
  const tell = () => channel.postMessage(shown());
  channel.onmessage = ({ data }) => data === "hello" && tell();
  effect(tell);
}

function shown() {
  const sold = worked.value;
  const { name, receipt, change } = screen.value;
  const { company = "", register = {} } = known.value?.settings ?? {};
  const lines = basket.value.lines.map((line, at) => ({ key: line.key, label: line.label, quantity: line.quantity, net: sold?.lines[at]?.net, tax: sold?.lines[at]?.tax }));
  const paid = name === "done" ? { due: receipt.payload.due, change, qr: receipt.qr ?? null } : null;
  return { company, currency: register.currency, digits: register.digits, lines, total: sold?.total ?? null, paid };
}

export function listenToTill(show) {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }) => data !== "hello" && show(data);
  channel.postMessage("hello");
}
