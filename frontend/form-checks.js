// Says what is wrong with an input as soon as it is left: the server checks the whole form as if
// it were saved, and what it says of inputs that were touched is shown beside them.
import { ask, contentOf } from "./form-calls.js";
import { controlNamed, nameOf, setProblem } from "./problems.js";

const PAUSE = 200;
const touched = new WeakMap(); // form: names
let timer;
let asked = null;

async function check(form) {
  asked?.abort();
  asked = new AbortController();
  try {
    const { problems } = await ask(form, "/check", contentOf(form), { signal: asked.signal });
    for (const name of touched.get(form)) {
      const control = controlNamed(form, name);
      // Whoever is typing there is not done yet.
      if (control && (control !== document.activeElement || !problems[name])) {
        setProblem(control, problems[name] ?? "");
      }
    }
  } catch {
    // Not now: the form is checked again when it is saved.
  }
}

export function checkSoon(form, names) {
  if (!touched.has(form)) touched.set(form, new Set());
  for (const name of names) touched.get(form).add(name);
  clearTimeout(timer);
  timer = setTimeout(() => check(form), PAUSE);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-form]");
  if (form && target.name && !target.closest("[data-conflicts]")) checkSoon(form, [nameOf(target)]);
});
