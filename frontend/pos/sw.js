// The service worker of the till: keeps one whole version of the app, and takes the next one over only
// when the app says that no sale is open. `self.TILL` comes from /pos/sw.js, which names this file.
const { files, shell, words } = self.TILL;
const NAME = `till-${fingerprint([...files, shell, ...words].join(" "))}`;
const LATER = "till-later"; // fonts and pictures, under names that never change their content

addEventListener("install", (event) => event.waitUntil(keepAll()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const answer = answerFor(event.request);
  if (answer) event.respondWith(answer);
});
addEventListener("message", ({ data }) => {
  if (data?.type === "take over") self.skipWaiting();
  if (data?.type === "keep") keepLater(data.urls);
});

async function keepAll() {
  const cache = await caches.open(NAME);
  // All or nothing: a version with a file missing never becomes the one in use.
  await Promise.all([
    cache.addAll(files),
    fetch(shell.split("?")[0], { cache: "reload" }).then((answer) => put(cache, "/pos/", answer)),
    ...words.map(async (locale) => {
      const headers = { "accept-language": locale };
      const answer = await fetch("/pos/words.json", { headers, credentials: "omit", cache: "reload" });
      await put(cache, `/pos/words.json?${locale}`, answer);
    }),
  ]);
}

async function put(cache, address, answer) {
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer);
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("till-") && name !== NAME && name !== LATER);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

function answerFor(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (request.mode === "navigate") {
    const isTill = url.pathname === "/pos/" || url.pathname === "/pos/display";
    return isTill ? kept("/pos/", request) : null;
  }
  if (url.pathname === "/pos/words.json") return kept(url.pathname + url.search, request);
  if (files.includes(url.pathname)) return kept(url.pathname, request);
  if (url.pathname.startsWith("/static/")) return keptLater(request);
  return null;
}

async function kept(address, request) {
  const cache = await caches.open(NAME);
  return (await cache.match(address)) ?? fetch(request);
}

async function keptLater(request) {
  const cache = await caches.open(LATER);
  const known = (await caches.match(request)) ?? null;
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function keepLater(urls) {
  const cache = await caches.open(LATER);
  for (const url of urls) if (!(await caches.match(url))) await cache.add(url).catch(() => {});
}

function fingerprint(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16);
}
