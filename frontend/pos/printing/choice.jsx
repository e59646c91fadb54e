// Which printer this device has, and whether receipts come by themselves.
import { useState } from "preact/hooks";
import { can, choose, chosen, pair, send } from "../devices/printers.js";
import { Button, Field } from "../parts/controls.jsx";
import { say } from "../state.js";
import { known } from "../sync/feed.js";
import { company, t } from "../words.js";
import { encode } from "./escpos.js";

export function PrinterChoice() {
  const [now, setNow] = useState(chosen());
  const set = (values) => (choose(values), setNow(chosen()));
  const kinds = { browser: t("The browser's printer"), ...(can.usb ? { usb: t("Receipt printer by USB") } : {}), ...(can.serial ? { serial: t("Receipt printer by serial port or Bluetooth") } : {}), ...(known.value?.settings.register.printer ? { network: t("Receipt printer in the network") } : {}) };

  async function take(kind) {
    try {
      if (kind === "browser" || kind === "network") set({ kind });
      else await pair(kind);
    } catch {
      say(t("No printer was chosen."), "bad");
    }
    setNow(chosen());
  }

  async function test() {
    try {
      const rows = [{ kind: "text", text: company, align: "center", bold: true, big: true }, { kind: "text", text: t("The printer works."), align: "center" }];
      await send(encode(rows, { dots: now.dots, direction: document.documentElement.dir }));
    } catch {
      say(t("The printer does not answer. Is it on, and connected?"), "bad");
    }
  }

  return (
    <>
      <div class="segments segments-tall" role="group" aria-label={t("Receipt printer")}>
        {Object.entries(kinds).map(([kind, name]) => <button type="button" key={kind} aria-pressed={now.kind === kind} onClick={() => take(kind)}>{name}</button>)}
      </div>
      <Field label={t("Paper")}>
        <select class="input" value={String(now.dots)} onChange={(event) => set({ dots: Number(event.target.value) })}>
          <option value="576">{t("80 mm")}</option>
          <option value="384">{t("58 mm")}</option>
        </select>
      </Field>
      <label class="check"><input type="checkbox" checked={now.auto} onChange={(event) => set({ auto: event.target.checked })} /> {t("Print each receipt by itself")}</label>
      {now.kind !== "browser" && <Button icon="printer" onClick={test}>{t("Print a test")}</Button>}
    </>
  );
}
