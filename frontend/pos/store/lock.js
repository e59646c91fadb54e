// One window leads: it alone writes the chain. Another one waits and takes over when that one is closed.
import { signal } from "@preact/signals";

export const leads = signal(null); // null until it is known

export function runForLead() {
  if (!navigator.locks) return (leads.value = true);
  navigator.locks.request("till", { ifAvailable: true }, (lock) => {
    if (lock) return hold();
    leads.value = false;
    navigator.locks.request("till", () => location.reload()); // the other one is gone: start afresh, as the leader
    return undefined;
  });
  return undefined;
}

function hold() {
  leads.value = true;
  return new Promise(() => {}); // until this window goes
}
