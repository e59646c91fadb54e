// Tells the server that this page has a record open, and shows who else has.
const EVERY = 15_000;

// As the browser writes it out again.
function normal(html) {
  const piece = document.createElement("div");
  piece.innerHTML = html;
  return piece.innerHTML.trim();
}

async function tell(place) {
  if (document.visibilityState === "hidden") return;
  const { presence, editing, version } = place.dataset;
  const csrf = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const body = new URLSearchParams({ csrf_token: csrf, editing: editing ?? "", version: version ?? "" });
  try {
    const response = await fetch(presence, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!response.ok) return;
    const html = await response.text();
    // Said again only when it changes, or a screen reader would repeat it.
    if (place.innerHTML.trim() === normal(html)) return;
    place.innerHTML = html;
  } catch {
    // It is told again soon.
  }
}

function tellAll() {
  for (const place of document.querySelectorAll("[data-presence]")) tell(place);
}

// The record itself is in sight in the graph of what belongs to it.
const here = document.querySelector(".related [data-here]");
if (here) {
  const frame = here.closest(".related");
  frame.scrollLeft += here.getBoundingClientRect().right - frame.getBoundingClientRect().right + 16;
}

tellAll();
setInterval(tellAll, EVERY);
document.addEventListener("visibilitychange", tellAll);
