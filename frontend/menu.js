// Remembers which sections of the menu are folded, and whether all of it is, in a cookie: the server
// draws the menu as it was left, so that nothing moves when a page opens.
const COOKIE = "folded";
const A_YEAR = 365 * 24 * 3600;
const ALL = "all";

function remember() {
  const sections = [...document.querySelectorAll(".app-menu-section")];
  const folded = sections.filter(({ open }) => !open).map(({ dataset }) => dataset.section);
  if (document.body.dataset.menu) folded.push(ALL);
  document.cookie = `${COOKIE}=${folded.join(".")}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax`;
}

function foldAway() {
  if (document.body.dataset.menu) delete document.body.dataset.menu;
  else document.body.dataset.menu = "folded";
  remember();
}

document.addEventListener("toggle", ({ target }) => target.matches?.(".app-menu-section") && remember(), true);
document.addEventListener("menu:fold", foldAway);
document.addEventListener("click", ({ target }) => target.closest?.("[data-menu-fold]") && foldAway());
