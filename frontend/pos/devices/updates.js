// The app keeps itself up to date without getting in anybody's way: the next version waits until no sale is open.
import { effect, signal } from "@preact/signals";
import { isEmpty } from "../sale/basket.js";
import { dialogs, screen } from "../state.js";

export const updateWaits = signal(false);

const HOUR = 3_600_000;
const QUIET = new Set(["sell", "open"]); // not while somebody reads how much change to give

export async function keepUpToDate() {
  if (!("serviceWorker" in navigator)) return;
  let hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) location.reload(); // everything that matters is on the disk
    hadOne = true;
  });
  const registration = await navigator.serviceWorker.register("/pos/sw.js", { scope: "/pos/", updateViaCache: "none" });
  const look = () => (updateWaits.value = Boolean(registration.waiting && navigator.serviceWorker.controller));
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  look();
  effect(() => {
    const isQuiet = isEmpty.value && QUIET.has(screen.value.name) && !dialogs.value.length;
    if (updateWaits.value && isQuiet) registration.waiting?.postMessage({ type: "take over" });
  });
  const update = () => registration.update().catch(() => {}); // without a network, later
  setInterval(update, HOUR);
  addEventListener("online", update);
  await keepFonts();
}

// Fonts are fetched when the first letter of their script is drawn; kept, they are there without a network.
async function keepFonts() {
  const registration = await navigator.serviceWorker.ready;
  await document.fonts.ready;
  const urls = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname).filter((path) => path.startsWith("/static/"));
  registration.active?.postMessage({ type: "keep", urls });
}
