// Which lot or serial number of a product goes out, typed or scanned.
import { useState } from "preact/hooks";
import { dec, sum, text } from "../engine/decimal.js";
import { typedNumber } from "../format.js";
import { Button, Dialog, Field } from "../parts/controls.jsx";
import { add } from "../sale/basket.js";
import { closeDialog } from "../state.js";
import { t } from "../words.js";

export function LotsDialog({ product, quantity }) {
  const isSerial = product.tracking === "serial";
  const [picked, setPicked] = useState([]);
  const [lot, setLot] = useState("");
  const [count, setCount] = useState(quantity ?? "1");
  const [problem, setProblem] = useState("");

  function pick(code) {
    const name = code.trim();
    const many = isSerial ? "1" : typedNumber(count);
    if (!name) return setProblem(isSerial ? t("Scan or write the serial number.") : t("Scan or write the lot."));
    if (many === null || dec(many).lte(0)) return setProblem(t("Write figures only, such as 1.5."));
    if (picked.some(([known]) => known === name)) return setProblem(t("{lot} is picked already.", { lot: name }));
    setPicked([...picked, [name, text(dec(many))]]);
    setLot("");
    return setProblem("");
  }

  async function done() {
    const typed = lot.trim() && !picked.some(([known]) => known === lot.trim()) ? [[lot.trim(), isSerial ? "1" : (typedNumber(count) ?? "1")]] : [];
    const lots = [...picked, ...typed];
    if (!lots.length) return pick("");
    await add(product, { quantity: text(sum(lots.map(([, many]) => dec(many)))), lots });
    return closeDialog();
  }

  return (
    <Dialog title={product.name} scan={pick} keys={[{ key: "Ctrl+Enter", title: t("Into the basket"), does: done }]}
      foot={<Button kind="primary" onClick={done} hint="Ctrl+Enter">{t("Into the basket")}</Button>}>
      <form class="fields" onSubmit={(event) => (event.preventDefault(), pick(lot))}>
        <Field label={isSerial ? t("Serial number") : t("Lot")} problem={problem}>
          <input class="input" autofocus dir="ltr" autocomplete="off" value={lot} onInput={(event) => (setLot(event.target.value), setProblem(""))} />
        </Field>
        {!isSerial && <Field label={t("Quantity")}><input class="input" inputMode="decimal" dir="ltr" value={count} onInput={(event) => setCount(event.target.value)} /></Field>}
        <Button type="submit" icon="plus">{t("Another one")}</Button>
      </form>
      <ul class="plain-list">
        {picked.map(([name, many]) => (
          <li key={name}><span class="code">{name}</span><span>{many}</span>
            <button type="button" class="btn-icon" aria-label={t("Without {lot}", { lot: name })} onClick={() => setPicked(picked.filter(([one]) => one !== name))}>×</button></li>
        ))}
      </ul>
    </Dialog>
  );
}
