// Somebody who may allows what the cashier may not: with a PIN, and a reason that is kept.
import { useState } from "preact/hooks";
import { Button, Dialog, Empty, Field } from "../parts/controls.jsx";
import { closeDialog } from "../state.js";
import { known } from "../sync/feed.js";
import { t } from "../words.js";
import { PinEntry } from "./lock.jsx";

const titles = () => ({
  discount: t("A discount of {percent} % needs an approval"),
  price: t("Another price needs an approval"),
  refund: t("A return needs an approval"),
  credit: t("A sale on credit needs an approval"),
  drawer: t("Opening the drawer needs an approval"),
  cash: t("Moving cash needs an approval"),
  difference: t("This difference needs an approval"),
});

export function OverrideDialog({ what, percent, tell }) {
  const able = known.value.cashiers.filter((one) => one.pin && one.rights.override);
  const [reason, setReason] = useState("");
  const [who, setWho] = useState(null);
  const close = (answer) => (closeDialog(), tell(answer));
  const title = titles()[what].replace("{percent}", percent ?? "");
  return (
    <Dialog title={title} onClose={() => close(null)}>
      {!able.length && <Empty icon="lock" title={t("Nobody at this till may approve it")} />}
      {able.length > 0 && !who && (
        <form class="fields" onSubmit={(event) => event.preventDefault()}>
          <Field label={t("Reason")}><input class="input" autofocus maxLength={200} value={reason} onInput={(event) => setReason(event.target.value)} /></Field>
          <p class="field-label">{t("Approved by")}</p>
          <div class="people">
            {able.map((one) => (
              <Button key={one.id} disabled={!reason.trim()} onClick={() => setWho(one)} icon="person">{one.name}</Button>
            ))}
          </div>
        </form>
      )}
      {who && <PinEntry who={who} onRight={() => close({ by: who.id, reason: reason.trim() })} />}
    </Dialog>
  );
}
