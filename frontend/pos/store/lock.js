// One window leads: it alone writes the chain. Another one waits and takes over when that one is closed.
import { signal } from "@preact/signals";

export const leads = signal(null); // null until it is known

// → whether this window leads
export async function runForLead() {
  leads.value = !navigator.locks || (await isFirst());
  return leads.value;
}

function isFirst() {
  return new Promise((tell) => {
    navigator.locks.request("till", { ifAvailable: true }, (lock) => {
      tell(Boolean(lock));
      if (lock) return new Promise(() => {}); // until this window goes
      navigator.locks.request("till", () => location.reload()); // the other one is gone: start afresh, as the leader
      return undefined;
    });
  });
}
