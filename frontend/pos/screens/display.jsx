// The screen that faces the customer.
import { useEffect, useState } from "preact/hooks";
import { listenToTill } from "../devices/display.js";
import { dec } from "../engine/decimal.js";
import { Code } from "../printing/qr.jsx";
import { company, language, t } from "../words.js";

export function Display() {
  const [told, setTold] = useState(null);
  useEffect(() => listenToTill(setTold), []);
  const money = (value) => new Intl.NumberFormat(language.value, { style: "currency", currency: told.currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: told.digits, maximumFractionDigits: told.digits }).format(String(value));
  if (told?.paid) {
    return (
      <main class="display display-quiet" id="content">
        <h1>{t("Thank you")}</h1>
        <p class="pay-figure">{money(told.paid.due)}</p>
        {dec(told.paid.change).gt(0) && <p class="display-change">{t("Change: {amount}", { amount: money(told.paid.change) })}</p>}
        {told.paid.qr && <Code text={told.paid.qr} />}
      </main>
    );
  }
  if (!told?.lines.length) return <main class="display display-quiet" id="content"><h1>{told?.company || company}</h1><p class="muted">{t("Welcome")}</p></main>;
  return (
    <main class="display" id="content">
      <h1 class="only-heard">{told.company}</h1>
      <ol class="display-lines">
        {told.lines.map((line) => <li key={line.key}><span>{line.quantity} × {line.label}</span><span>{line.net !== undefined && money(dec(line.net).plus(line.tax).toString())}</span></li>)}
      </ol>
      <p class="display-total"><span>{t("Total")}</span><strong>{money(told.total)}</strong></p>
    </main>
  );
}
