// In the page: what a till does between the payment and the receipt, and the bare signature beside it.
import { modulesOf } from "../../frontend/pos/printing/qr.js";
import { signed } from "../../frontend/pos/einvoice/issuing.js";
import { keyFrom } from "../../frontend/pos/einvoice/key.js";

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));

function taken(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

window.measure = ({ sale, section, end, secret, uuid }, samples) => {
  const key = keyFrom(section.device, bytesOf(secret));
  const opening = taken(() => key.sign(bytesOf(secret))); // with the start of the till, not with a sale
  const times = { opening, documents: [], bare: [] };
  for (let number = 1; number <= samples; number++) {
    const payload = { ...sale.payload, number: `R01-1-${String(number).padStart(5, "0")}` };
    times.documents.push(taken(() => modulesOf(signed({ ...sale, payload }, section, end, key, uuid).qr)));
    times.bare.push(taken(() => key.sign(bytesOf(secret).map((byte) => byte ^ number))));
  }
  return times;
};
