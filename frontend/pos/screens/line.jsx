// One line: how many, at what price, with what discount; the last two by right.
import { useState } from "preact/hooks";
import { dec, sum, text } from "../engine/decimal.js";
import { amount, digits, typedNumber } from "../format.js";
import { Button, Dialog, Field } from "../parts/controls.jsx";
import { basket, changeLine, removeLine, unitOf, worked } from "../sale/basket.js";
import { may } from "../sale/rights.js";
import { closeDialog } from "../state.js";
import { t } from "../words.js";

export function LineDialog({ lineKey }) {
  const at = basket.value.lines.findIndex((one) => one.key === lineKey);
  const line = basket.value.lines[at];
  const [sold] = useState(() => worked.value.lines[at]);
  const [quantity, setQuantity] = useState(line.quantity);
  const [price, setPrice] = useState(text(dec(sold.price), digits()));
  const [percent, setPercent] = useState(line.discount_percent ?? text(dec(sold.discount_percent)));
  const [off, setOff] = useState(line.discount ?? "0");
  const [problem, setProblem] = useState("");
  const unit = unitOf(line.unit);

  async function save(event) {
    event?.preventDefault();
    const typed = [quantity, price, percent, off].map(typedNumber);
    const wrong = problemOf(typed, line, unit);
    if (wrong) return setProblem(wrong);
    const [newQuantity, newPrice, newPercent, newOff] = typed.map(dec);
    const values = { quantity: text(newQuantity) };
    if (!newPrice.eq(sold.price)) {
      if (!(await may("price", { line: at + 1 }))) return undefined;
      values.price = text(newPrice, digits());
    }
    if (!newPercent.eq(line.discount_percent ?? sold.discount_percent) || !newOff.eq(line.discount ?? "0")) {
      if (!(await may("discount", { line: at + 1, percent: percentOf(newQuantity, newPrice, newPercent, newOff) }))) return undefined;
      values.discount_percent = text(newPercent);
      values.discount = text(newOff, digits());
    }
    changeLine(lineKey, values);
    return closeDialog();
  }

  const remove = () => (removeLine(lineKey), closeDialog());
  return (
    <Dialog title={line.label} keys={[{ key: "Ctrl+Delete", title: t("Take the line out"), does: remove }]}
      foot={<><Button icon="trash" kind="bad" onClick={remove}>{t("Take out")}</Button><Button kind="primary" onClick={save} hint="Enter">{t("Save")}</Button></>}>
      <form class="fields" onSubmit={save}>
        <Field label={t("Quantity ({unit})", { unit: unit?.name ?? "" })}>
          <div class="stepper">
            <Button icon="minus" aria-label={t("One less")} onClick={() => setQuantity(text(dec(typedNumber(quantity) ?? "1").minus(1)))} />
            <input class="input" inputMode="decimal" dir="ltr" autofocus value={quantity} onFocus={(event) => event.target.select()} onInput={(event) => setQuantity(event.target.value)} />
            <Button icon="plus" aria-label={t("One more")} onClick={() => setQuantity(text(dec(typedNumber(quantity) ?? "0").plus(1)))} />
          </div>
        </Field>
        <Field label={t("Price")}><input class="input" inputMode="decimal" dir="ltr" value={price} onInput={(event) => setPrice(event.target.value)} /></Field>
        <Field label={t("Discount in percent")}><input class="input" inputMode="decimal" dir="ltr" value={percent} onInput={(event) => setPercent(event.target.value)} /></Field>
        <Field label={t("Discount as an amount")}><input class="input" inputMode="decimal" dir="ltr" value={off} onInput={(event) => setOff(event.target.value)} /></Field>
        {problem && <p class="bad" role="alert">{problem}</p>}
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}

function problemOf([quantity, price, percent, off], line, unit) {
  if ([quantity, price, percent, off].includes(null)) return t("Write figures only, such as 1.5.");
  if (dec(quantity).eq(0)) return t("None is not sold: take the line out instead.");
  if (unit && !dec(quantity).eq(dec(quantity).round(unit.digits))) return t("This is sold in whole pieces.");
  if (line.lots.length && !dec(quantity).abs().eq(sum(line.lots.map(([, count]) => dec(count))).abs())) return t("The quantity is that of the lots: take the line out and pick them again.");
  if (dec(price).lt(0)) return t("A price is not negative. Goods that come back have a negative quantity.");
  if (dec(percent).lt(0) || dec(percent).gt(100)) return t("A discount is between 0 and 100 percent.");
  if (dec(off).gt(dec(quantity).times(price).abs())) return t("The discount is more than the line costs.");
  return "";
}

const percentOf = (quantity, price, percent, off) => {
  const whole = quantity.times(price).abs();
  return whole.eq(0) ? text(percent) : text(percent.plus(off.div(whole).times(100)).round(4));
};

export function DiscountDialog() {
  const [percent, setPercent] = useState(basket.value.discount_percent);
  const [off, setOff] = useState(basket.value.discount);
  const [problem, setProblem] = useState("");

  async function save(event) {
    event?.preventDefault();
    const [typedPercent, typedOff] = [typedNumber(percent), typedNumber(off)];
    const whole = sum(worked.value.lines.map((line) => dec(line.quantity).times(line.price)));
    if (typedPercent === null || typedOff === null || dec(typedPercent).lt(0) || dec(typedOff).lt(0)) return setProblem(t("Write figures only, such as 1.5."));
    if (dec(typedPercent).gt(100) || dec(typedOff).gt(whole)) return setProblem(t("The discount is more than everything costs."));
    if (!(await may("discount", { percent: percentOf(dec(1), whole, dec(typedPercent), dec(typedOff)) }))) return undefined;
    basket.value = { ...basket.value, discount_percent: typedPercent, discount: typedOff };
    return closeDialog();
  }

  return (
    <Dialog title={t("Discount on everything")} foot={<Button kind="primary" onClick={save} hint="Enter">{t("Save")}</Button>}>
      <form class="fields" onSubmit={save}>
        <Field label={t("In percent")}><input class="input" inputMode="decimal" dir="ltr" autofocus value={percent} onFocus={(event) => event.target.select()} onInput={(event) => setPercent(event.target.value)} /></Field>
        <Field label={t("As an amount")} hint={t("Now: {amount}", { amount: amount(worked.value.total) })}><input class="input" inputMode="decimal" dir="ltr" value={off} onInput={(event) => setOff(event.target.value)} /></Field>
        {problem && <p class="bad" role="alert">{problem}</p>}
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}
