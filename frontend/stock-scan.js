// Scanning into stock: codes come faster than answers. Each is taken from the field at once and sent
// in turn; what the last answer said to send along (the bin, the lot that is asked for) goes with it.
let queue = Promise.resolve();

function send(form, code) {
  const list = document.querySelector(form.dataset.stockScan);
  const values = { code, csrf_token: form.elements.csrf_token.value };
  for (const input of list.querySelectorAll("[data-stock-sticky] input, [data-stock-extra]")) {
    values[input.name] = input.value;
  }
  return window.htmx.ajax("POST", form.getAttribute("action"), {
    source: form,
    target: list,
    swap: "innerHTML",
    values,
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-stock-scan]");
  if (!form) return;
  event.preventDefault();
  const field = form.elements.code;
  const code = field.value.trim();
  field.value = "";
  field.focus();
  if (code) queue = queue.then(() => send(form, code)).catch(() => {});
});
