// Buttons, dialogs, fields and the pad of figures.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.jsx";
import { useKeys } from "./keys.js";
import { closeDialog } from "../state.js";
import { t } from "../words.js";

export const Button = ({ kind = "quiet", icon, hint, children, ...rest }) => (
  <button type="button" class={`btn btn-${kind}`} {...rest}>
    {icon && <Icon name={icon} />}
    {children && <span>{children}</span>}
    {hint && <kbd>{hint}</kbd>}
  </button>
);

// A question in front of everything else. Focus goes in, stays in, and comes back.
export function Dialog({ title, keys = [], scan, wide, children, foot, onClose = closeDialog }) {
  const box = useRef();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = box.current;
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input, button.choice, .menu button") ?? dialog).focus();
    return () => before?.isConnected && before.focus();
  }, []);
  useKeys([...keys, { key: "Escape", title: t("Close"), does: onClose }], { scan });
  return (
    <dialog ref={box} class={wide ? "wide" : ""} aria-label={title} onCancel={(event) => (event.preventDefault(), onClose())}>
      <header class="dialog-head">
        <h2>{title}</h2>
        <button type="button" class="btn-icon" aria-label={t("Close")} onClick={onClose}><Icon name="x" /></button>
      </header>
      <div class="dialog-body">{children}</div>
      {foot && <footer class="dialog-foot">{foot}</footer>}
    </dialog>
  );
}

export function Field({ label, hint, problem, children }) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      {children}
      {hint && <small class="muted">{hint}</small>}
      {problem && <small class="bad" role="alert">{problem}</small>}
    </label>
  );
}

const keepFocus = (event) => event.preventDefault();

// A text of figures, written by tapping. What is tapped goes where the keyboard would write.
export function Pad({ value, onInput, decimals = true, onEnter }) {
  const press = (key) => onInput(key === "back" ? value.slice(0, -1) : key === "." && value.includes(".") ? value : value + key);
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", decimals ? "." : "00", "0", "back"];
  return (
    <div class="pad" dir="ltr">
      {keys.map((key) => (
        <button type="button" key={key} tabIndex={-1} onMouseDown={keepFocus} onClick={() => press(key)} aria-label={key === "back" ? t("Delete the last figure") : key}>
          {key === "back" ? <Icon name="backspace" /> : key}
        </button>
      ))}
      {onEnter && <button type="button" class="pad-enter" tabIndex={-1} onClick={onEnter} aria-label={t("Continue")}><Icon name="check" /></button>}
    </div>
  );
}

export const Empty = ({ icon, title, children }) => (
  <div class="empty"><Icon name={icon} /><p class="empty-title">{title}</p>{children && <p class="muted">{children}</p>}</div>
);

export function Page({ title, back, actions, children, narrow }) {
  useKeys(back ? [{ key: "Escape", title: t("Back"), does: back }] : []);
  return (
    <main class={`page ${narrow ? "page-narrow" : ""}`} id="content" tabIndex={-1}>
      <header class="page-head">
        {back && <button type="button" class="btn-icon" aria-label={t("Back")} onClick={back}><Icon name="arrowLeft" /></button>}
        <h1>{title}</h1>
        <div class="page-actions">{actions}</div>
      </header>
      {children}
    </main>
  );
}
