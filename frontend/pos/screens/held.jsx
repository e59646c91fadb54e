// Baskets put aside, and taken up again.
import { useEffect, useState } from "preact/hooks";
import { clock, number } from "../format.js";
import { Button, Dialog, Empty, Field } from "../parts/controls.jsx";
import { basket, heldBaskets, hold, isEmpty, recall } from "../sale/basket.js";
import { closeDialog, say } from "../state.js";
import { t } from "../words.js";

export function HeldDialog() {
  const [kept, setKept] = useState([]);
  const [name, setName] = useState(basket.value.customer?.name ?? "");
  useEffect(() => void heldBaskets().then(setKept), []);

  async function put(event) {
    event.preventDefault();
    await hold(name.trim());
    say(t("Put aside."), "good");
    closeDialog();
  }

  async function take(one) {
    if (!isEmpty.value) await hold(basket.value.customer?.name ?? "");
    await recall(one.key);
    closeDialog();
  }

  return (
    <Dialog title={t("Put aside, or take up again")}>
      {!isEmpty.value && (
        <form class="fields" onSubmit={put}>
          <Field label={t("Name, to find it again")}><input class="input" autofocus maxLength={80} value={name} onInput={(event) => setName(event.target.value)} /></Field>
          <Button kind="primary" type="submit" icon="pause">{t("Put this basket aside")}</Button>
        </form>
      )}
      {kept.length === 0 && isEmpty.value && <Empty icon="pause" title={t("No basket is put aside")} />}
      <ul class="choices">
        {kept.map((one) => (
          <li key={one.key}>
            <button type="button" class="choice" onClick={() => take(one)}>
              <span><strong>{one.name || one.customer?.name || t("Without a name")}</strong>
                <small class="muted">{one.lines.map((line) => `${number(line.quantity)} × ${line.label}`).join(", ")}</small></span>
              <small class="muted">{clock(one.at)}</small>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
