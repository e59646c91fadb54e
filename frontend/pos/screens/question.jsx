// A short question with one answer.
import { useState } from "preact/hooks";
import { Button, Dialog, Field } from "../parts/controls.jsx";
import { keysInFront } from "../parts/keys.js";
import { closeDialog, openDialog } from "../state.js";
import { t } from "../words.js";

export function QuestionDialog({ title, label, optional = false, type = "text", tell }) {
  const [answer, setAnswer] = useState("");
  const close = (given) => (closeDialog(), tell(given));
  return (
    <Dialog title={title} onClose={() => close(null)} scan={(code) => close(code)}>
      <form class="fields" onSubmit={(event) => (event.preventDefault(), (optional || answer.trim()) && close(answer.trim()))}>
        <Field label={label}><input class="input" type={type} autofocus maxLength={200} autocomplete="off" value={answer} onInput={(event) => setAnswer(event.target.value)} /></Field>
        <Button kind="primary" type="submit" disabled={!optional && !answer.trim()}>{t("Continue")}</Button>
      </form>
    </Dialog>
  );
}

export const showKeys = () => openDialog("keys", { keys: keysInFront() });

export function KeysDialog({ keys }) {
  return (
    <Dialog title={t("Keys")}>
      <dl class="keys">{keys.map(({ key, title }) => (<div key={key}><dt><kbd>{key}</kbd></dt><dd>{title}</dd></div>))}</dl>
    </Dialog>
  );
}
