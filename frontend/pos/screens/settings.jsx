// What belongs to this device: language, light or dark, printer, recovery file.
import { useState } from "preact/hooks";
import { Button, Field, Page } from "../parts/controls.jsx";
import { binding, go, say } from "../state.js";
import { FullDevice } from "./full.jsx";
import { isJournaled } from "../store/journal.js";
import { persisted, isTight } from "../store/space.js";
import { recoveryFile } from "../store/outbox.js";
import { language, languages, setLanguage, t } from "../words.js";
import { PrinterChoice } from "../printing/choice.jsx";
import { moment, number } from "../format.js";
import { lastSync, skew } from "../sync/sync.js";

export function LanguageChoice() {
  return (
    <div class="segments" role="group" aria-label={t("Language")}>
      {Object.entries(languages).map(([locale, name]) => (
        <button type="button" key={locale} lang={locale} aria-pressed={language.value === locale} onClick={() => setLanguage(locale)}>{name}</button>
      ))}
    </div>
  );
}

function ThemeChoice() {
  const [chosen, choose] = useState(document.documentElement.dataset.themeChosen ?? "system");
  const themes = { system: t("As the device"), light: t("Light"), dark: t("Dark") };
  const set = (theme) => {
    document.dispatchEvent(new CustomEvent("theme:choose", { detail: theme }));
    choose(theme);
  };
  return (
    <div class="segments" role="group" aria-label={t("Appearance")}>
      {Object.entries(themes).map(([theme, name]) => (
        <button type="button" key={theme} aria-pressed={chosen === theme} onClick={() => set(theme)}>{name}</button>
      ))}
    </div>
  );
}

export async function saveRecoveryFile() {
  const file = await recoveryFile();
  const name = `till-${file.register}-${file.binding}-${file.made_at.slice(0, 19).replace(/[:T]/g, "-")}.json`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say(t("Saved as {name}.", { name }), "good");
}

export function Settings() {
  const { register, device } = binding.value;
  return (
    <Page title={t("This device")} back={() => go("sell")} narrow>
      <section class="card stack">
        <Field label={t("Language")}><LanguageChoice /></Field>
        <Field label={t("Appearance")}><ThemeChoice /></Field>
      </section>
      <section class="card stack"><h2>{t("Receipt printer")}</h2><PrinterChoice /></section>
      <section class="card stack">
        <h2>{t("Storage")}</h2>
        {!persisted.value && <p class="note note-warning">{t("This browser may delete what the till keeps when the device runs out of room. Install the till, or open it often, so that the browser keeps it.")}</p>}
        <FullDevice />
        {isTight.value && <p class="note note-warning">{t("The device is almost full. Old receipts were removed; what is not synced stays.")}</p>}
        <dl class="facts">
          <dt>{t("Register")}</dt><dd>{register.name} ({register.code})</dd>
          <dt>{t("Device")}</dt><dd>{device}</dd>
          <dt>{t("Last sync")}</dt><dd>{lastSync.value ? moment(lastSync.value) : t("Not since this start")}</dd>
          <dt>{t("Second journal")}</dt><dd>{isJournaled.value ? t("Kept beside the browser's database") : t("Not kept: this browser has no room or no files for it")}</dd>
          <dt>{t("Clock against the server")}</dt><dd>{t("{seconds} s", { seconds: number(Math.round(skew.value / 1000)) })}</dd>
        </dl>
        <p class="muted">{t("The recovery file holds every operation that the server may lack. A manager can bring it in if this device fails.")}</p>
        <Button icon="receipt" onClick={saveRecoveryFile}>{t("Save the recovery file")}</Button>
      </section>
    </Page>
  );
}
