// Counting cash by its coins and notes, or as one sum.
import { useState } from "preact/hooks";
import { currency, money, number } from "../format.js";
import { denominations } from "../sale/denominations.js";
import { dec, sum, text } from "../engine/decimal.js";
import { digits } from "../format.js";
import { t } from "../words.js";

export const sumOf = (counted) => sum(Object.entries(counted).map(([value, count]) => dec(value).times(count || 0)));

// `onChange({amount, denominations})`: the sum as a text, and how many there are of each.
export function CashCount({ onChange, label }) {
  const [counted, setCounted] = useState({});
  const change = (value, typed) => {
    const next = { ...counted, [value]: typed.replace(/\D/g, "").slice(0, 5) };
    setCounted(next);
    const kept = Object.fromEntries(Object.entries(next).filter(([, count]) => Number(count) > 0).map(([one, count]) => [one, Number(count)]));
    onChange({ amount: text(sumOf(kept), digits()), denominations: kept });
  };
  return (
    <fieldset class="count">
      <legend>{label}</legend>
      <div class="count-rows">
        {denominations(currency()).map((value, at) => (
          <label key={value} class="count-row">
            <span class="count-value">{number(value)}</span>
            <input class="input" inputMode="numeric" dir="ltr" autofocus={at === 0} placeholder="0" value={counted[value] ?? ""}
              onInput={(event) => change(value, event.target.value)} aria-label={t("How many of {value}", { value: money(value) })} />
          </label>
        ))}
      </div>
      <p class="count-sum"><span>{t("Counted")}</span><output>{money(text(sumOf(counted), digits()))}</output></p>
    </fieldset>
  );
}
