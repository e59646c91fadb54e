// Pictures of products, made small and kept on the device, since they are shown without a network too.
import { database, readValue } from "./db.js";

const SIDE = 160;
const asking = new Map();

export function picture(address) {
  if (!asking.has(address)) asking.set(address, find(address).catch(() => null));
  return asking.get(address);
}

async function find(address) {
  const db = await database();
  const kept = await db.get("pictures", address);
  if (kept || !navigator.onLine) return kept ?? null;
  const { token } = await readValue("binding");
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` }, credentials: "omit" });
  if (!answer.ok) return null;
  const bitmap = await createImageBitmap(await answer.blob());
  const scale = SIDE / Math.max(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale)];
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const small = canvas.toDataURL("image/webp", 0.8);
  await db.put("pictures", small, address);
  return small;
}
