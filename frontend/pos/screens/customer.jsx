// The customer of a sale: found by name, telephone or number, or written down here, with or without a network.
import { useEffect, useState } from "preact/hooks";
import { dec } from "../engine/decimal.js";
import { money } from "../format.js";
import { Button, Dialog, Empty, Field } from "../parts/controls.jsx";
import { setCustomer } from "../sale/basket.js";
import { freshen } from "../sale/points.js";
import { search } from "../store/finding.js";
import { ulid } from "../store/chain.js";
import { writing } from "../store/db.js";
import { closeDialog } from "../state.js";
import { findableCustomer } from "../sync/feed.js";
import { t } from "../words.js";

export function CustomerDialog() {
  const [text, setText] = useState("");
  const [found, setFound] = useState([]);
  const [at, setAt] = useState(0);
  const [isNew, setIsNew] = useState(false);

  useEffect(() => {
    let isOn = true;
    search("customers", text, 30).then((customers) => isOn && (setFound(customers), setAt(0)));
    return () => (isOn = false);
  }, [text]);

  const choose = (customer) => (setCustomer(customer), closeDialog(), freshen(customer));
  const onKey = (event) => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter" && found[at]) choose(found[at]);
    else return;
    event.preventDefault();
  };

  if (isNew) return <NewCustomer name={text} onDone={choose} />;
  return (
    <Dialog title={t("Customer")} keys={[{ key: "Ctrl+Enter", title: t("New customer"), does: () => setIsNew(true) }]}
      foot={<Button icon="plus" onClick={() => setIsNew(true)} hint="Ctrl+Enter">{t("New customer")}</Button>}>
      <input class="input" type="search" autofocus value={text} placeholder={t("Name, telephone, tax number")} aria-label={t("Name, telephone, tax number")}
        onInput={(event) => setText(event.target.value)} onKeyDown={onKey} />
      {found.length === 0 && <Empty icon="person" title={t("Nobody found")} />}
      <ul class="choices">
        {found.map((customer, place) => (
          <li key={customer.key}>
            <button type="button" class={`choice ${place === at ? "is-marked" : ""}`} onClick={() => choose(customer)}>
              <span><strong>{customer.name}</strong><small class="muted">{[customer.phone, customer.email, customer.tax_number].filter(Boolean).join(" · ")}</small></span>
              {customer.credit && <small class="muted">{t("Owes {amount}", { amount: money(dec(customer.credit.owed).toString()) })}</small>}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function NewCustomer({ name, onDone }) {
  const isPhone = /^[+\d\s-]{5,}$/.test(name);
  const [values, setValues] = useState({ name: isPhone ? "" : name, phone: isPhone ? name : "", email: "", tax_number: "" });
  const set = (field) => (event) => setValues({ ...values, [field]: event.target.value });

  async function save(event) {
    event.preventDefault();
    const trimmed = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, value.trim()]));
    const customer = findableCustomer({ ...trimmed, key: ulid(), name_local: "" });
    await writing(["customers"], (transaction) => transaction.objectStore("customers").put(customer));
    onDone(customer);
  }

  return (
    <Dialog title={t("New customer")}>
      <form class="fields" onSubmit={save}>
        <Field label={t("Name")}><input class="input" required maxLength={200} autofocus value={values.name} onInput={set("name")} /></Field>
        <Field label={t("Telephone")}><input class="input" type="tel" dir="ltr" maxLength={40} value={values.phone} onInput={set("phone")} /></Field>
        <Field label={t("E-mail")}><input class="input" type="email" dir="ltr" maxLength={200} value={values.email} onInput={set("email")} /></Field>
        <Field label={t("Tax number")}><input class="input" dir="ltr" maxLength={40} value={values.tax_number} onInput={set("tax_number")} /></Field>
        <Button kind="primary" type="submit">{t("Save and take")}</Button>
      </form>
    </Dialog>
  );
}
