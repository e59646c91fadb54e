// Goods that come back: against their receipt, of this till or another, or without one; into the basket, so that
// an exchange is one receipt.
import { useEffect, useState } from "preact/hooks";
import { dec, max, min, text } from "../engine/decimal.js";
import { returned } from "../engine/returns.js";
import { digits, moment, money, number as figure } from "../format.js";
import { Button, Empty, Page } from "../parts/controls.jsx";
import { useKeys } from "../parts/keys.js";
import { basket, change } from "../sale/basket.js";
import { findSold } from "../sale/sold.js";
import { may } from "../sale/rights.js";
import { ulid } from "../store/chain.js";
import { product as productOf, search } from "../store/finding.js";
import { go, say } from "../state.js";
import { t } from "../words.js";
import { Field } from "../parts/controls.jsx";
import { add, changeLine } from "../sale/basket.js";

export function Refund({ number }) {
  return number ? <Against number={number} /> : <WithoutReceipt />;
}

function Against({ number }) {
  const [sold, setSold] = useState(undefined);
  const [wanted, setWanted] = useState({});
  useEffect(() => void findSold(number).then(setSold), [number]);
  const set = (line, value, most) => setWanted({ ...wanted, [line]: text(max(min(dec(value), most), dec(0))) });
  const chosen = Object.entries(wanted).filter(([, count]) => dec(count).gt(0));

  async function take() {
    if (!chosen.length || !(await may("refund"))) return;
    const lines = await Promise.all(chosen.map(([line, count]) => backLine(sold, Number(line), count)));
    change({ lines: [...basket.value.lines, ...lines], customer: basket.value.customer ?? sold.customer });
    go("sell");
  }
  const all = () => setWanted(Object.fromEntries(returnable(sold).map(({ line, left }) => [line.line, text(left)])));
  useKeys([{ key: "F9", title: t("Into the basket"), does: take }, { key: "F4", title: t("Everything"), does: () => sold && all() }, { key: "Escape", title: t("Back"), does: () => go("receipts") }]);

  if (sold === undefined) return <Page title={number} back={() => go("receipts")}><p role="status">{t("Looking for the receipt…")}</p></Page>;
  if (sold === null || sold.problem) {
    return <Page title={number} back={() => go("receipts")} narrow><Empty icon="receipt" title={t("This receipt was not found")}>{sold?.problem ?? t("Without a network only receipts of this till from the last thirty days are known.")}</Empty></Page>;
  }
  const lines = returnable(sold);
  return (
    <Page title={t("Take goods back")} back={() => go("receipts")} narrow actions={<Button onClick={all} hint="F4">{t("Everything")}</Button>}>
      <p class="muted"><span dir="ltr">{sold.number}</span> · {moment(sold.at)} · {money(sold.payload.due)}</p>
      <ul class="choices card">
        {lines.map(({ line, left }) => (
          <li key={line.line} class="choice choice-row">
            <span><strong>{line.label}</strong><small class="muted">{t("{count} sold, {left} may come back", { count: figure(line.quantity), left: figure(text(left)) })}</small></span>
            <div class="stepper">
              <Button icon="minus" aria-label={t("One less of {label}", { label: line.label })} disabled={left.eq(0)} onClick={() => set(line.line, dec(wanted[line.line] ?? 0).minus(1), left)} />
              <output>{figure(wanted[line.line] ?? "0")}</output>
              <Button icon="plus" aria-label={t("One more of {label}", { label: line.label })} disabled={left.eq(0)} onClick={() => set(line.line, dec(wanted[line.line] ?? 0).plus(1), left)} />
            </div>
          </li>
        ))}
      </ul>
      <Button kind="primary btn-pay" disabled={!chosen.length} onClick={take} hint="F9">{t("Into the basket")}</Button>
    </Page>
  );
}

function returnable(sold) {
  return sold.payload.lines.filter((line) => dec(line.quantity).gt(0)).map((line) => {
    const inBasket = basket.value.lines.filter((one) => one.of?.number === sold.number && one.of.line === line.line);
    const now = inBasket.reduce((count, one) => count.plus(dec(one.quantity).abs()), dec(0));
    return { line, left: max(dec(line.quantity).minus(sold.returned[line.line] ?? 0).minus(now), dec(0)) };
  });
}

async function backLine(sold, at, count) {
  const line = sold.payload.lines.find((one) => one.line === at);
  const of = { sale: sold.sync_id, number: sold.number, line: at };
  const back = returned(line, count, sold.returned[at] ?? "0", of, digits());
  const found = await productOf(line.product);
  return { ...back, key: ulid(), product: found ?? { id: line.product, name: line.label }, lots: lotsOf(line, count) };
}

// A whole line brings its lots back; of a part somebody would have to say which, so the server takes any.
const lotsOf = (line, count) => (dec(count).eq(line.quantity) ? line.lots : []);

function WithoutReceipt() {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState([]);
  useEffect(() => {
    let isOn = true;
    if (typed.trim()) search("products", typed, 20).then((products) => isOn && setFound(products));
    return () => (isOn = false);
  }, [typed]);

  async function take(product) {
    if (!(await may("refund"))) return;
    const before = basket.value.lines;
    const key = await add(product);
    const alike = before.find((line) => line.key === key);
    if (alike) {
      change({ lines: [...before, { ...alike, key: ulid(), quantity: "-1" }] });
    } else changeLine(key, { quantity: "-1" });
    say(t("One comes back. Change the quantity in the basket if there are more."), "good");
    go("sell");
  }

  return (
    <Page title={t("Return without a receipt")} back={() => go("receipts")} narrow>
      <Field label={t("What comes back")}><input class="input" type="search" autofocus value={typed} onInput={(event) => setTyped(event.target.value)} /></Field>
      <ul class="choices card">
        {found.map((product) => (
          <li key={product.id}><button type="button" class="choice" onClick={() => take(product)}><span><strong>{product.name}</strong><small class="muted code">{product.sku}</small></span></button></li>
        ))}
      </ul>
    </Page>
  );
}
