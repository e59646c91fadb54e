// The first screen of a device: it becomes a till of the company by a code that a manager shows.
import { useState } from "preact/hooks";
import { Button, Field } from "../parts/controls.jsx";
import { call } from "../sync/api.js";
import { syncSoon } from "../sync/sync.js";
import { keepBinding } from "../state.js";
import { hex } from "../store/chain.js";
import { readValue, writeValue } from "../store/db.js";
import { askToPersist } from "../store/space.js";
import { company, t } from "../words.js";
import { LanguageChoice } from "./settings.jsx";

export function Bind() {
  const [code, setCode] = useState(location.hash.startsWith("#code=") ? decodeURIComponent(location.hash.slice(6)) : "");
  const [device, setDevice] = useState(guessedName());
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function bind(event) {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      const bound = await call("POST", "bindings", { code: code.trim().toUpperCase(), device: device.trim(), key: await ownKey() }, { token: "" });
      await askToPersist();
      await keepBinding({ ...bound, device });
      syncSoon();
    } catch (error) {
      setProblem(error.status ? error.message : t("The server cannot be reached. A device can be bound only with a network."));
      setBusy(false);
    }
  }

  return (
    <main class="page page-narrow page-middle" id="content" tabIndex={-1}>
      <form class="card" onSubmit={bind}>
        <p class="eyebrow">{company}</p>
        <h1>{t("Make this device a till")}</h1>
        <p class="muted">{t("A manager finds the code at the register, under “Bind a device”.")}</p>
        <Field label={t("Code")} problem={problem}>
          <input class="input input-code" autofocus required autocomplete="off" autocapitalize="characters" spellcheck={false}
            placeholder="K7QM-2F9X" dir="ltr" value={code} onInput={(event) => setCode(event.target.value)} />
        </Field>
        <Field label={t("Name of this device")} hint={t("So that a manager can tell it from others.")}>
          <input class="input" required maxLength={80} value={device} onInput={(event) => setDevice(event.target.value)} />
        </Field>
        <Button kind="primary btn-large" type="submit" disabled={busy}>{t("Bind this device")}</Button>
        <LanguageChoice />
      </form>
    </main>
  );
}

// Kept before it is sent: a device that never got its answer asks for it again by the same key.
async function ownKey() {
  const key = (await readValue("binding_key")) ?? hex(crypto.getRandomValues(new Uint8Array(32)));
  await writeValue("binding_key", key);
  return key;
}

function guessedName() {
  const agent = navigator.userAgent;
  if (/iPad|Tablet/.test(agent) || (/Android/.test(agent) && !/Mobile/.test(agent))) return t("Tablet");
  if (/iPhone|Mobile/.test(agent)) return t("Phone");
  return t("Counter");
}
