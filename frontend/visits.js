// Remembers where this person was lately, for the palette: addresses alone, since titles hold
// customers' data, which must not stay in a browser.
const KEY = "app.visits";
const KEPT = 20;

const read = () => JSON.parse(localStorage.getItem(KEY) ?? "{}");

// The newest first, without the page that is open.
export function visits(user) {
  const { of, been = [] } = read();
  return of === user ? been.filter((path) => path !== location.pathname) : [];
}

export function note(user) {
  const { of, been = [] } = read();
  const others = of === user ? been.filter((path) => path !== location.pathname) : [];
  const kept = [location.pathname, ...others].slice(0, KEPT);
  localStorage.setItem(KEY, JSON.stringify({ of: user, been: kept }));
}
