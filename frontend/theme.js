// Chooses light or dark before the page is drawn; loaded in the head, without defer.
// The choice is "light", "dark" or, when nothing is stored, that of the system.
const KEY = "aorabooks.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const theme = localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light");
  document.documentElement.dataset.bsTheme = theme;
}

apply();
system.addEventListener("change", apply);
// Another tab changed it.
addEventListener("storage", apply);

document.addEventListener("theme:toggle", () => {
  const dark = document.documentElement.dataset.bsTheme === "dark";
  localStorage.setItem(KEY, dark ? "light" : "dark");
  apply();
});
