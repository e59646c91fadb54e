// What the till says after the browser had lost what it stored.
import { moment, number } from "../format.js";
import { Button } from "../parts/controls.jsx";
import { noteRead, restored } from "../store/restoring.js";
import { known } from "../sync/feed.js";
import { saveRecoveryFile } from "./settings.jsx";
import { t } from "../words.js";

export function Restored() {
  if (!restored.value) return null;
  const { at, operations, strays, whole, keyless } = restored.value;
  return (
    <section class="card stack" role="status" aria-label={t("Put back from the second journal")}>
      <p class="note note-warning">
        {t("{when}: this browser had lost what the till keeps on this device, or the end of it. The till put it back from its second journal: {count} operations.", { when: moment(at), count: number(operations) })}{" "}
        {whole && t("What was sold is there again, and so are baskets that were put aside; the session goes on.")}{" "}
        {keyless && t("The key by which this till signs electronic invoices is gone: the server makes them until the office has registered another device for this till.")}{" "}
        {known.value === null && t("Products and prices come again as soon as the server can be reached.")}
      </p>
      {strays > 0 && <p class="note note-bad">{t("{count} operations belong to an earlier time of this device. Save the recovery file and give it to a manager.", { count: number(strays) })}</p>}
      <div class="row">
        {(strays > 0 || known.value === null) && <Button icon="receipt" onClick={saveRecoveryFile}>{t("Save the recovery file")}</Button>}
        <Button icon="check" onClick={noteRead}>{t("I have read this")}</Button>
      </div>
    </section>
  );
}
