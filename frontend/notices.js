// Hears what has changed on the server and passes it on as events of the body, so that a part of
// a page keeps fresh by hx-trigger="notice:jobs from:body". The body names the channels:
// <body data-notices="jobs addons">. Notices hold ids only; the page fetches what it may see.
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const REFUSED = 1008;

function announce(channel, data) {
  document.body.dispatchEvent(new CustomEvent(`notice:${channel}`, { detail: data }));
}

function listen(channels, pause, isReturning) {
  const address = new URL("/ws", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  for (const channel of channels) address.searchParams.append("channel", channel);

  const socket = new WebSocket(address);
  let nextPause = pause;
  socket.addEventListener("open", () => {
    nextPause = FIRST_PAUSE;
    // What happened while the line was down is not told again: refresh everything once.
    if (isReturning) for (const channel of channels) announce(channel, {});
  });
  socket.addEventListener("message", ({ data }) => {
    const notice = JSON.parse(data);
    announce(notice.channel, notice.data);
  });
  socket.addEventListener("close", ({ code }) => {
    if (code === REFUSED) return;
    // Spread over time, so that a server that restarts is not met by all its pages at once.
    const wait = nextPause * (0.5 + Math.random());
    setTimeout(() => listen(channels, Math.min(nextPause * 2, LONGEST_PAUSE), true), wait);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const channels = (document.body.dataset.notices ?? "").split(/\s+/).filter(Boolean);
  if (channels.length) listen(channels, FIRST_PAUSE, false);
});
