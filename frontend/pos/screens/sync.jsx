// The state of the sync: what is on its way, and what a person must look at.
import { moment, number } from "../format.js";
import { Button, Empty, Page } from "../parts/controls.jsx";
import { go } from "../state.js";
import { refusal } from "../einvoice/answering.js";
import { isKeyLost } from "../einvoice/key.js";
import { troubles, unsynced } from "../store/outbox.js";
import { fedAt, known } from "../sync/feed.js";
import { lastSync, online, revoked, syncNow, syncing } from "../sync/sync.js";
import { FullDevice } from "./full.jsx";
import { Restored } from "./restored.jsx";
import { saveRecoveryFile } from "./settings.jsx";
import { statusText } from "./receipts.jsx";
import { t } from "../words.js";

const whatToDo = (status) =>
  ({
    quarantined: t("It is stored on the server. A manager mends and books it on the repair page; nothing is to be done here."),
    conflict: t("The server knows this operation with other content. Save the recovery file and call a manager."),
    rejected: t("The server did not take it. Save the recovery file and call a manager."),
  })[status];

export function Sync() {
  return (
    <Page title={t("Sync")} back={() => go("sell")} narrow actions={<Button icon="cloud" disabled={syncing.value} onClick={syncNow}>{syncing.value ? t("Syncing…") : t("Sync now")}</Button>}>
      <dl class="facts card">
        <dt>{t("Network")}</dt><dd>{online.value ? t("The server answers") : t("The server cannot be reached; selling goes on")}</dd>
        <dt>{t("Not yet synced")}</dt><dd>{number(unsynced.value)}</dd>
        <dt>{t("Last sync")}</dt><dd>{lastSync.value ? moment(lastSync.value) : t("Not since this start")}</dd>
        <dt>{t("Prices and products")}</dt><dd>{fedAt.value ? t("as of {time}", { time: moment(fedAt.value) }) : t("Not yet")}</dd>
        {known.value?.einvoice && <><dt>{t("Electronic invoices")}</dt><dd>{known.value.einvoice.signs && !isKeyLost.value ? t("Signed by this till") : t("Signed by the server until this till is registered")}</dd></>}
      </dl>
      <FullDevice />
      {isKeyLost.value && <p class="note note-bad" role="alert">{t("This device has lost the key by which it signs electronic invoices: the server makes them instead. Ask the office to take the till's device out of use under Tax → Devices, and to register another one for this till.")}</p>}
      {refusal.value && <p class="note note-bad" role="alert">{refusal.value}</p>}
      {revoked.value && <p class="note note-bad" role="alert">{t("This device may not sync any more. Save the recovery file and give it to a manager.")}</p>}
      <Restored />
      {troubles.value.length === 0 && <Empty icon="check" title={t("Nothing needs a person")} />}
      <ul class="choices card">
        {troubles.value.map(({ seq, operation, status, problem }) => (
          <li key={seq} class="choice choice-row">
            <span><strong>{operation.payload.number ?? operation.type}</strong>
              <small>{statusText(status)}{problem?.message ? `: ${problem.message}` : ""} {problem?.fix}</small>
              <small class="muted">{whatToDo(status)}</small></span>
          </li>
        ))}
      </ul>
      <Button icon="receipt" onClick={saveRecoveryFile}>{t("Save the recovery file")}</Button>
    </Page>
  );
}
