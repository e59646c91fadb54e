// The session: its X report at any time, and its closing with a count, the Z report and the wait for the server.
import { useState } from "preact/hooks";
import { dec, text } from "../engine/decimal.js";
import { amount, currency, digits, moment, money, nameOf, number, typedNumber } from "../format.js";
import { Button, Empty, Field, Page } from "../parts/controls.jsx";
import { CashCount } from "../parts/count.jsx";
import { expected } from "../sale/sums.js";
import { isEmpty } from "../sale/basket.js";
import { ask, cashier, go, openDialog, session } from "../state.js";
import { record, unsynced } from "../store/outbox.js";
import { known } from "../sync/feed.js";
import { online, syncSoon } from "../sync/sync.js";
import { printElement } from "../printing/printing.js";
import { nameOfTax } from "./basket.jsx";
import { t } from "../words.js";

const methodName = (id) => nameOf(known.value.methods.find((one) => one.id === id) ?? { name: `#${id}` });

export function Report({ session: one, counted = null, hidesCash = false }) {
  const rows = expected(one, known.value.methods);
  const found = (method) => counted?.find((row) => row.method === method)?.amount;
  return (
    <div class="report">
      <h2>{counted ? t("Z report") : t("X report")}</h2>
      <p class="muted">{known.value.settings.company} · {known.value.settings.register.name}</p>
      <p class="muted">{moment(one.opened_at)} – {one.closed ? moment(one.closed) : t("open")}</p>
      <dl class="facts">
        <dt>{t("Sales and returns")}</dt><dd>{number(one.sales)}</dd>
        <dt>{t("Total")}</dt><dd>{amount(one.gross ?? "0")}</dd>
        <dt>{t("of it returns")}</dt><dd>{amount(one.refunds ?? "0")}</dd>
        <dt>{t("Discounts")}</dt><dd>{amount(text(dec(one.discounts ?? 0), digits()))}</dd>
        <dt>{t("Rounding")}</dt><dd>{amount(one.rounding ?? "0")}</dd>
        {Object.entries(one.taxes ?? {}).map(([code, tax]) => (<><dt key={code}>{nameOfTax(code)}</dt><dd>{amount(tax.amount)}</dd></>))}
        <dt>{t("Float")}</dt><dd>{amount(one.float)}</dd>
        {one.moves.map((move) => (<><dt key={move.at}>{move.reason}</dt><dd>{amount(move.direction === "in" ? move.amount : `-${move.amount}`)}</dd></>))}
      </dl>
      {!hidesCash && (
        <table class="table">
          <thead><tr><th scope="col">{t("Way to pay")}</th><th scope="col" class="num">{t("Expected")}</th>{counted && <><th scope="col" class="num">{t("Counted")}</th><th scope="col" class="num">{t("Difference")}</th></>}</tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.method}><th scope="row">{methodName(row.method)}</th><td class="num">{amount(row.amount)}</td>
                {counted && <><td class="num">{amount(found(row.method) ?? row.amount)}</td><td class="num">{amount(text(dec(found(row.method) ?? row.amount).minus(row.amount), digits()))}</td></>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

export function Session() {
  const { register } = known.value.settings;
  if (!session.value) return null;
  return (
    <Page title={t("Session")} back={() => go("sell")} narrow actions={<Button icon="printer" onClick={() => printElement(".report")}>{t("Print")}</Button>}>
      <div class="card"><Report session={session.value} hidesCash={register.blind_count} /></div>
      {register.blind_count && <p class="muted">{t("The cash is counted without knowing what should be there.")}</p>}
      <div class="row">
        <Button icon="cash" onClick={() => openDialog("cash")}>{t("Cash in or out")}</Button>
        <Button kind="primary" icon="lock" disabled={!isEmpty.value} onClick={() => go("close")}>{t("Close the till")}</Button>
      </div>
      {!isEmpty.value && <p class="note">{t("A basket is open: finish it or put it aside before the till is closed.")}</p>}
    </Page>
  );
}

export function Close() {
  const { methods, settings } = known.value;
  const { register } = settings;
  const rows = expected(session.value, methods);
  const others = rows.filter((row) => row.kind !== "cash");
  const [cash, setCash] = useState({ amount: "0", denominations: {} });
  const [typed, setTyped] = useState(() => Object.fromEntries(others.map((row) => [row.method, register.blind_count && row.kind === "card" ? "" : row.amount])));
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState("");

  async function close(event) {
    event.preventDefault();
    const counted = [];
    for (const row of rows) {
      const given = row.kind === "cash" ? cash.amount : typedNumber(typed[row.method]);
      if (given === null) return setProblem(t("Write what was counted by {method}.", { method: methodName(row.method) }));
      counted.push({ method: row.method, amount: text(dec(given), digits()), ...(row.kind === "cash" ? { denominations: cash.denominations } : {}) });
    }
    const worst = rows.map((row, at) => dec(counted[at].amount).minus(row.amount).abs()).reduce((most, one) => (one.gt(most) ? one : most), dec(0));
    let approved = null;
    if (worst.gt(register.tolerance) && !cashier.value.rights.override) {
      approved = await ask("override", { what: "difference" });
      if (!approved) return undefined;
    }
    const closed = { ...session.value, closed: new Date().toISOString(), counted };
    await record(() => ({
      type: "session_closed",
      payload: {
        session: closed.key, cashier: cashier.value.id, counted, sales: closed.sales,
        expected: rows.map(({ method, amount: sum }) => ({ method, amount: sum })),
        approved_by: approved?.by ?? null, note: [note.trim(), approved?.reason].filter(Boolean).join(" · "),
      },
      write: (transaction) => {
        transaction.objectStore("values").put(null, "session");
        transaction.objectStore("values").put(closed, "last_session");
      },
    }));
    session.value = null;
    syncSoon();
    return go("closed", { session: closed });
  }

  return (
    <Page title={t("Close the till")} back={() => go("session")} narrow>
      <form class="card stack" onSubmit={close}>
        <CashCount label={t("Cash in the drawer")} onChange={setCash} />
        {others.map((row) => (
          <Field key={row.method} label={methodName(row.method)} hint={register.blind_count ? undefined : t("Expected: {amount}", { amount: money(row.amount, currency()) })}>
            <input class="input" inputMode="decimal" dir="ltr" value={typed[row.method]} onInput={(event) => setTyped({ ...typed, [row.method]: event.target.value })} />
          </Field>
        ))}
        <Field label={t("Note")}><input class="input" maxLength={500} value={note} onInput={(event) => setNote(event.target.value)} /></Field>
        {problem && <p class="bad" role="alert">{problem}</p>}
        <Button kind="primary btn-large" type="submit">{t("Close the till")}</Button>
      </form>
    </Page>
  );
}

export function Closed({ session: one }) {
  const isThere = unsynced.value === 0;
  return (
    <Page title={t("The till is closed")} narrow actions={<Button icon="printer" onClick={() => printElement(".report")}>{t("Print")}</Button>}>
      <p class={`note ${isThere ? "note-good" : "note-warning"}`} role="status">
        {isThere ? t("Everything is on the server.") : t("Waiting for the sync: {count} to go. The day is closed once the server has everything; keep this device on.", { count: number(unsynced.value) })}
      </p>
      {!isThere && !online.value && <Empty icon="cloudOff" title={t("No network now")}>{t("It goes on by itself when the network is back.")}</Empty>}
      <div class="card"><Report session={one} counted={one.counted} /></div>
      <Button kind="primary btn-large" onClick={() => ((cashier.value = null), go("sell"))}>{t("Done")}</Button>
    </Page>
  );
}
