// Keeps the focus where it was when a part of the page is fetched anew: on the same link or button of
// the same record. Else somebody who works by keyboard would start at the top of the page again.

const RECORD = "[data-key], [data-href]";
const FOCUSABLE = "a[href], button, input, select, [tabindex]";
let kept = null;

function nameOf(record) {
  const { key, href } = record.dataset;
  return key === undefined ? `[data-href="${CSS.escape(href)}"]` : `[data-key="${CSS.escape(key)}"]`;
}

const focusable = (record) => (record.matches(FOCUSABLE) ? [record] : []).concat(...record.querySelectorAll(FOCUSABLE));

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const focused = document.activeElement;
  const record = focused?.closest(RECORD);
  // What has an id of its own, htmx keeps by itself.
  if (!record || focused.id || !detail.target?.contains(focused)) return;
  kept = { record: nameOf(record), place: focusable(record).indexOf(focused) };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!kept) return;
  const { record, place } = kept;
  kept = null;
  const isLost = document.activeElement === document.body;
  const again = isLost && document.querySelector(record);
  if (again) focusable(again)[place]?.focus({ preventScroll: true });
});
