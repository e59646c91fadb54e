// Remembers which parts of the menu are not as they start, sections folded and groups open, and
// whether all of it is folded, in a cookie: the server draws the menu as it was left, so that
// nothing moves when a page opens.
const COOKIE = "folded";
const A_YEAR = 365 * 24 * 3600;
const ALL = "all";

function kept() {
  const found = document.cookie.match(/(?:^|; )folded=([^;]*)/);
  return new Set(found?.[1] ? found[1].split(".") : []);
}

function remember(key, isChanged) {
  const keys = kept();
  if (isChanged) keys.add(key);
  else keys.delete(key);
  document.cookie = `${COOKIE}=${[...keys].join(".")}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax`;
}

function foldAway() {
  if (document.body.dataset.menu) delete document.body.dataset.menu;
  else document.body.dataset.menu = "folded";
  remember(ALL, Boolean(document.body.dataset.menu));
}

// A click, which Enter and the space bar make too, comes before the part opens or closes. What the
// server opened, because the page lies in it, is nobody's choice: `toggle` would tell of that too.
function choose(title) {
  const part = title.parentElement;
  const willBeOpen = !part.open;
  remember(part.dataset.section, willBeOpen === "startsFolded" in part.dataset);
}

// Where somebody is stands in sight, however long the menu is.
function showPlace() {
  const menu = document.querySelector(".app-menu");
  const here = menu?.querySelector("[aria-current]");
  if (!here) return;
  const below = here.getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom;
  if (below > 0) menu.scrollTop += below + menu.clientHeight / 2;
}

showPlace();
document.addEventListener("menu:fold", foldAway);
document.addEventListener("click", ({ target }) => {
  const title = target.closest?.(".app-menu-title");
  if (title) choose(title);
  else if (target.closest?.("[data-menu-fold]")) foldAway();
});
