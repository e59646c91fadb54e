// Bootstrap's behaviours, each fetched when a hand or the focus first comes near a control that
// needs it. A click that is faster than the network is repeated once the behaviour is there.
const PARTS = {
  alert: () => import("bootstrap/js/dist/alert"),
  collapse: () => import("bootstrap/js/dist/collapse"),
  dropdown: () => import("bootstrap/js/dist/dropdown"),
  modal: () => import("bootstrap/js/dist/modal"),
  offcanvas: () => import("bootstrap/js/dist/offcanvas"),
  tab: () => import("bootstrap/js/dist/tab"),
};

const coming = new Map();
const ready = new Set();

function controlOf(target) {
  const control = target.closest?.("[data-bs-toggle], [data-bs-dismiss]");
  const part = control?.dataset.bsToggle ?? control?.dataset.bsDismiss;
  return part in PARTS ? { control, part } : null;
}

function fetchPart(part) {
  if (!coming.has(part)) coming.set(part, PARTS[part]().then(() => ready.add(part)));
  return coming.get(part);
}

for (const approach of ["pointerover", "pointerdown", "focusin"]) {
  document.addEventListener(approach, ({ target }) => {
    const near = controlOf(target);
    if (near) fetchPart(near.part);
  });
}

document.addEventListener(
  "click",
  (event) => {
    const near = controlOf(event.target);
    if (!near || ready.has(near.part)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    fetchPart(near.part).then(() => near.control.click());
  },
  true,
);
