// Tells the server that this page has a record open, and shows who else has.
const EVERY = 15_000;

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
    if (place.dataset.said === html) return;
    place.dataset.said = html;
    place.innerHTML = html;
  } catch {
    // It is told again soon.
  }
}

function tellAll() {
  for (const place of document.querySelectorAll("[data-presence]")) tell(place);
}

tellAll();
setInterval(tellAll, EVERY);
document.addEventListener("visibilitychange", tellAll);
