// Drafts that wait in this browser for the server: whose they are, and when they are wiped.
export const PREFIX = "app.draft:";

// "<company>:<user>", from the page.
export const ownerHere = () => document.querySelector('meta[name="person"]')?.content ?? "";

const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

export function storedHere() {
  const mine = `${PREFIX}${ownerHere()}:`;
  return keys()
    .filter((key) => key.startsWith(mine))
    .map((key) => {
      const cut = key.lastIndexOf(":"); // a token holds none
      return {
        key,
        address: key.slice(mine.length, cut),
        token: key.slice(cut + 1),
        content: localStorage.getItem(key),
      };
    });
}

function wipe(owner) {
  const mine = owner && `${PREFIX}${owner}:`;
  for (const key of keys()) {
    if (!mine || !key.startsWith(mine)) localStorage.removeItem(key);
  }
}

// Somebody else has signed in at this desk since.
if (ownerHere()) wipe(ownerHere());

document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") === "/logout") wipe("");
});
