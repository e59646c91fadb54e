// How htmx behaves here: no eval and no inline style (the CSP forbids both), the CSRF token on
// every request, refused forms shown in their place, other errors in #problems.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // pages hold customers' data, which must not stay in local storage
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: true, error: true, target: "#problems" },
  ],
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) detail.headers["X-CSRF-Token"] = token.content;
});

// The page itself carries the translated sentence, hidden until it is needed.
function showConnectionLost(lost) {
  const notice = document.getElementById("connection-lost");
  if (notice) notice.hidden = !lost;
}

document.addEventListener("htmx:sendError", () => showConnectionLost(true));
document.addEventListener("htmx:afterOnLoad", () => showConnectionLost(false));

window.htmx = htmx;
