// When this window or device may not sell, and what to do about it.
import { Button, Empty, Page } from "../parts/controls.jsx";
import { known, loading } from "../sync/feed.js";
import { online, syncNow } from "../sync/sync.js";
import { number } from "../format.js";
import { unsynced } from "../store/outbox.js";
import { binding, go } from "../state.js";
import { writing } from "../store/db.js";
import { clearJournal } from "../store/journal.js";
import { FullDevice } from "./full.jsx";
import { Restored } from "./restored.jsx";
import { saveRecoveryFile } from "./settings.jsx";
import { t } from "../words.js";

export const OtherWindow = () => (
  <main class="page page-middle" id="content"><Empty icon="list" title={t("The till is open in another window")}>{t("Go on there, or close it: this window then takes over by itself.")}</Empty></main>
);

export const Loading = () => (
  <main class="page page-middle" id="content" role="status">
    <Empty icon="cloud" title={t("Loading what the till needs")}>
      {loading.value === null ? (online.value ? t("This takes a moment.") : t("The server cannot be reached. The first load needs a network.")) : t("Products so far: {count}", { count: number(loading.value) })}
    </Empty>
    <FullDevice />
    <Restored />
    {!online.value && known.value === null && <Button kind="primary" onClick={syncNow}>{t("Try again")}</Button>}
  </main>
);

export function Revoked() {
  async function forget() {
    await clearJournal();
    await writing(["values", "outbox", "receipts", "held", "products", "customers", "price_rules", "pictures"], (transaction) => {
      for (const name of transaction.objectStoreNames) transaction.objectStore(name).clear();
    });
    binding.value = null;
    location.reload();
  }
  return (
    <Page title={t("This device is no till any more")} narrow>
      <p class="note note-bad" role="alert">{t("A manager revoked it, so it sells no more. What it still holds is not lost:")}</p>
      <div class="card stack">
        <p>{t("Operations that the server may lack: {count}", { count: number(unsynced.value) })}</p>
        <Button kind="primary" icon="receipt" onClick={saveRecoveryFile}>{t("Save the recovery file")}</Button>
        <p class="muted">{t("A manager brings it in under Point of sale. Only then bind this device anew: that removes what it holds.")}</p>
        <Button kind="bad" icon="trash" onClick={async () => confirm(t("Remove everything from this device? Only do so once the recovery file was brought in.")) && forget()}>{t("Remove and bind anew")}</Button>
        <Button onClick={() => go("settings")} icon="gear">{t("This device")}</Button>
      </div>
    </Page>
  );
}
