// What is wrong with one input, shown beside it as the server does.

const FIELD = "input:not([type=hidden]), select, textarea";

// Names of inputs hold dots; a reference shows its text in "<name>.text".
export function controlNamed(form, name) {
  const quoted = CSS.escape(name);
  return (
    form.querySelector(`[name="${quoted}.text"]`) ??
    [...form.querySelectorAll(`[name="${quoted}"]`)].find((input) => input.matches(FIELD))
  );
}

export const nameOf = (control) => control.name.replace(/\.text$/, "");

export function setProblem(control, sentence) {
  if (!control) return;
  const frame = control.closest(".lookup") ?? control;
  const id = `${control.id}-problem`;
  let shown = document.getElementById(id);
  control.classList.toggle("is-invalid", Boolean(sentence));
  const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((part) => part && part !== id);
  if (sentence) {
    if (!shown) {
      shown = document.createElement("div");
      shown.id = id;
      shown.className = "invalid-feedback d-block";
      frame.after(shown);
    }
    shown.textContent = sentence;
    control.setAttribute("aria-invalid", "true");
    described.unshift(id);
  } else {
    shown?.remove();
    control.removeAttribute("aria-invalid");
  }
  if (described.length) control.setAttribute("aria-describedby", described.join(" "));
  else control.removeAttribute("aria-describedby");
}

export function focusFirstProblem(root) {
  const first = root.querySelector(".is-invalid");
  if (!first) return false;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
  return true;
}
