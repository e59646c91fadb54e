// Choosing between mine and theirs, where both changed the same thing: the input shows at once
// what was chosen, and what was typed comes back with the other choice.
const mine = new WeakMap();

function put(input, text) {
  if (!input) return;
  if (!mine.has(input)) mine.set(input, input.type === "checkbox" ? String(input.checked) : input.value);
  const value = text ?? mine.get(input);
  if (input.type === "checkbox") input.checked = value === "true";
  else input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("change", ({ target }) => {
  const question = target.closest?.("[data-conflict]");
  if (!question || question.dataset.row !== undefined) return;
  const { conflict: name, value, text } = question.dataset;
  const form = target.form;
  const isTheirs = target.value === "theirs";
  const shown = form.querySelector(`[name="${CSS.escape(name)}.text"]`);
  const control = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].at(0);
  put(control, isTheirs ? value : null);
  if (shown) put(shown, isTheirs ? text : null);
});
