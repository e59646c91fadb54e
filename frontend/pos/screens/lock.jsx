// Who is at the till: a cashier and a PIN.
import { useState } from "preact/hooks";
import { number } from "../format.js";
import { Button, Empty, Pad } from "../parts/controls.jsx";
import { Icon } from "../parts/icons.jsx";
import { useKeys } from "../parts/keys.js";
import { isPinOf, notePin, waitBeforePin } from "../pins.js";
import { binding, cashier, go, session } from "../state.js";
import { known } from "../sync/feed.js";
import { Restored } from "./restored.jsx";
import { t } from "../words.js";

export function PinEntry({ who, onRight, heading: Heading = "h2" }) {
  const [pin, setPin] = useState("");
  const [problem, setProblem] = useState("");

  async function enter() {
    const waits = waitBeforePin();
    if (waits) return setProblem(t("Too many wrong PINs. Wait {seconds} seconds.", { seconds: number(Math.ceil(waits / 1000)) }));
    const right = await isPinOf(who, pin);
    notePin(right);
    setPin("");
    if (!right) return setProblem(t("This is not the PIN of {name}.", { name: who.name }));
    return onRight(who);
  }

  return (
    <form class="pin" onSubmit={(event) => (event.preventDefault(), enter())}>
      <Heading>{who.name}</Heading>
      <input class="input input-pin" type="password" inputMode="numeric" autocomplete="off" autofocus value={pin} dir="ltr"
        aria-label={t("PIN of {name}", { name: who.name })} onInput={(event) => (setPin(event.target.value), setProblem(""))} />
      <p class="bad pin-problem" role="alert">{problem}</p>
      <Pad value={pin} onInput={setPin} decimals={false} />
      <Button kind="primary btn-large" type="submit" disabled={!pin}>{t("Continue")}</Button>
    </form>
  );
}

export function Lock() {
  const able = known.value.cashiers.filter((one) => one.pin);
  const [who, setWho] = useState(able.length === 1 ? able[0] : null);
  useKeys([
    ...able.slice(0, 9).map((one, at) => ({ key: String(at + 1), free: true, title: one.name, does: () => who ?? setWho(one) })),
    { key: "Escape", title: t("Another cashier"), does: () => setWho(null) },
  ].filter((one) => one.key === "Escape" || !who));
  const begin = (one) => {
    cashier.value = one;
    go(session.value ? "sell" : "open");
  };
  return (
    <main class="page page-middle" id="content" tabIndex={-1}>
      <Restored />
      <div class="card lock">
        <p class="eyebrow">{binding.value.register.name}</p>
        {!able.length && <Empty icon="lock" title={t("Nobody can sell here yet")}>{t("A manager gives cashiers a PIN in the back office; then sync this till.")}</Empty>}
        {who ? (
          <>
            <PinEntry key={who.id} who={who} onRight={begin} heading="h1" />
            {able.length > 1 && <Button icon="arrowLeft" onClick={() => setWho(null)}>{t("Another cashier")}</Button>}
          </>
        ) : (
          able.length > 0 && (
            <>
              <h1>{t("Who is selling?")}</h1>
              <div class="people">
                {able.map((one, at) => (
                  <button type="button" class="person choice" key={one.id} onClick={() => setWho(one)}>
                    <span class="avatar" aria-hidden="true">{initials(one.name)}</span>
                    <span>{one.name}</span>
                    {at < 9 && <kbd>{at + 1}</kbd>}
                  </button>
                ))}
              </div>
            </>
          )
        )}
        <Button kind="plain" onClick={() => go("settings")}><Icon name="gear" /> {t("This device")}</Button>
      </div>
    </main>
  );
}

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
