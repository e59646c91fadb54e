// Room that is held back on the device. A sale that was paid must be kept where the disk is full, too: it goes in there,
// and the till says that something has to be done.
import { signal } from "@preact/signals";
import { giveRoomBack, holdRoom } from "./journal.js";

export const isFull = signal(false); // from the first time that there was no room, until room is held back again

export const RESERVED = 8 << 20; // some hundred sales

export const lacksRoom = (error) => error?.name === "QuotaExceededError";

// → whether it is worth to write again what failed for this reason
export async function madeRoomAfter(error) {
  if (!lacksRoom(error)) return false;
  isFull.value = true;
  return giveRoomBack();
}

// Where nothing can be held back, the next sale shows whether there is room.
export async function holdBack() {
  isFull.value = (await holdRoom(RESERVED)) === false;
}
