// Chooses light or dark before the page is drawn.
// The choice is "light", "dark" or, when nothing is stored, that of the device.
const KEY = "app.theme";
const device = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function apply() {
  const choice = localStorage.getItem(KEY);
  root.dataset.themeChosen = choice ?? "system";
  root.dataset.bsTheme = choice ?? (device.matches ? "dark" : "light");
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.ariaPressed = String(button.dataset.themeChoice === root.dataset.themeChosen);
  }
}

if (/Mac|iPhone|iPad/.test(navigator.platform)) root.dataset.mac = "";
apply();
device.addEventListener("change", apply);
// Another tab changed it.
addEventListener("storage", apply);
document.addEventListener("DOMContentLoaded", apply);

document.addEventListener("theme:choose", ({ detail }) => {
  if (detail === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, detail);
  apply();
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-theme-choice]");
  if (!button) return;
  document.dispatchEvent(new CustomEvent("theme:choose", { detail: button.dataset.themeChoice }));
});
