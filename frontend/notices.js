// Hears what has changed on the server and passes it on as events of the body, so that a part of
// a page keeps fresh by hx-trigger="notice:jobs from:body". The body names channels
// (<body data-notices="jobs addons">), and so does whatever keeps fresh by itself
// (<div data-live="shop.orders">, live.js). Notices hold ids only; the page fetches what it may
// see. It is told what it missed, between being read and listening or during a silence; where no
// websocket gets through, it asks every now and then.
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const POLL_PAUSE = 15_000;
const TRIES_BEFORE_POLLING = 2;
const REFUSED = 1008;

let socket = null;
let since = ""; // how far the page has heard: at first, when it was read from the database
let opened = true; // until it has heard anything
let listening = "";
let failures = 0;
let poll = 0;

function wanted() {
  const named = [document.body, ...document.querySelectorAll("[data-live]")].flatMap((element) =>
    `${element.dataset.notices ?? ""} ${element.dataset.live ?? ""}`.split(/\s+/),
  );
  return [...new Set(named.filter(Boolean))].slice(0, Number(document.body.dataset.mostChannels)).sort();
}

function announce({ channel, data }) {
  document.body.dispatchEvent(new CustomEvent(`notice:${channel}`, { detail: data }));
  document.body.dispatchEvent(new CustomEvent("notice", { detail: { channel, ids: data.ids } }));
}

function hear(said) {
  if (said.since) {
    since = said.since;
    opened = false;
  }
  if (said.channel) announce(said);
}

function address(path, channels) {
  const url = new URL(path, location.href);
  for (const channel of channels) url.searchParams.append("channel", channel);
  if (since) url.searchParams.set("since", since);
  if (since && opened) url.searchParams.set("opened", "1");
  return url;
}

function connect() {
  const channels = wanted();
  listening = channels.join(" ");
  if (!channels.length) return;
  const url = address("/ws", channels);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    failures = 0;
    clearInterval(poll);
    poll = 0;
    follow(); // parts of the page may have come while the line was being opened
  });
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => {
    socket = null;
    if (code === REFUSED) return;
    failures += 1;
    if (failures >= TRIES_BEFORE_POLLING && !poll) poll = setInterval(ask, POLL_PAUSE);
    // Spread over time, so that a server that restarts is not met by all its pages at once.
    const pause = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
    setTimeout(connect, pause * (0.5 + Math.random()));
  });
}

async function ask() {
  const channels = wanted();
  if (document.hidden || !channels.length) return;
  try {
    const answer = await fetch(address("/core/live", channels), {
      headers: { accept: "application/json" },
    });
    if (!answer.ok) return;
    const said = await answer.json();
    hear(said);
    said.notices.forEach(announce);
  } catch {
    // The line is down; requests.js tells the reader as soon as they do something.
  }
}

// What a page listens to changes when parts of it are replaced.
function follow() {
  const channels = wanted();
  if (channels.join(" ") === listening) return;
  if (socket?.readyState === WebSocket.OPEN && channels.length) {
    listening = channels.join(" ");
    socket.send(JSON.stringify({ listen: channels }));
  } else if (!socket) connect();
}

document.addEventListener("DOMContentLoaded", () => {
  since = document.body.dataset.since ?? "";
  connect();
  document.body.addEventListener("htmx:afterSettle", follow);
});
