// What can wait until the screen shows what somebody waits for.
const LATEST = 100; // milliseconds: a window that nobody sees draws no frame

export function afterFrame(work) {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    work();
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, LATEST);
}
