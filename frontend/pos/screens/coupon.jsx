// A coupon: its code typed or scanned.
import { useState } from "preact/hooks";
import { Button, Dialog, Field } from "../parts/controls.jsx";
import { showCoupon } from "../sale/coupons.js";
import { closeDialog, say } from "../state.js";
import { t } from "../words.js";

// Says what became of it; the words of a problem, or "".
export async function takeCoupon(code) {
  const { problem, name } = await showCoupon(code);
  if (!problem) say(name ? t("Coupon taken: {name}", { name }) : t("Coupon taken."), "good");
  return problem ?? "";
}

export function CouponDialog() {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function take(given) {
    if (busy) return;
    setBusy(true);
    const said = await takeCoupon(given).finally(() => setBusy(false));
    if (said) setProblem(said);
    else closeDialog();
  }

  return (
    <Dialog title={t("Coupon")} scan={(scanned) => (setCode(scanned), take(scanned))}>
      <form class="fields" onSubmit={(event) => (event.preventDefault(), take(code))}>
        <Field label={t("Code of the coupon")}>
          <input class="input" dir="ltr" autofocus autocomplete="off" autocapitalize="characters" spellcheck={false} maxLength={60} value={code}
            onInput={(event) => (setCode(event.target.value), setProblem(""))} />
        </Field>
        {problem && <p class="bad" role="alert">{problem}</p>}
        <Button kind="primary" type="submit" disabled={busy || !code.trim()}>{t("Take the coupon")}</Button>
      </form>
    </Dialog>
  );
}
