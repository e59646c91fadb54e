// What may wait until nobody is typing, so that it is in the way of no key.
const QUIET = 300; // milliseconds without a key or a tap
const LONGEST = 3_000; // whoever never rests does not keep it off for ever

let touched = -QUIET;

export function listenToHands() {
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => (touched = performance.now()), { capture: true });
}

export function whenQuiet(work) {
  const last = performance.now() + LONGEST;
  const look = () => {
    const left = Math.min(touched + QUIET, last) - performance.now();
    if (left > 0) setTimeout(look, left);
    else work();
  };
  look();
}
