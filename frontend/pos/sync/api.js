// Calls to the server, by the token of this device's binding.
import { readValue } from "../store/db.js";

const PATIENCE = 30_000;
const WORTH_PACKING = 2_000;

// `status` 0 is a server that cannot be reached.
export class Refused extends Error {
  constructor(status, said) {
    super([said?.detail ?? `HTTP ${status}`, said?.fix].filter(Boolean).join(" ")); // RFC 9457, with a way out
    this.status = status;
    this.said = said ?? null;
    this.retryAfter = 0;
  }
}

export async function call(method, path, body, { token, patience = PATIENCE } = {}) {
  const headers = { accept: "application/json" };
  const bearer = token ?? (await readValue("binding"))?.token;
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  let content;
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    const text = JSON.stringify(body);
    const packs = text.length > WORTH_PACKING && "CompressionStream" in window;
    content = packs ? await packed(text) : text;
    if (packs) headers["content-encoding"] = "gzip";
  }
  const answer = await reach(`/api/v1/pos/${path}`, { method, headers, body: content, credentials: "omit" }, patience);
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const refused = new Refused(answer.status, await answer.json().catch(() => null));
  refused.retryAfter = Number(answer.headers.get("retry-after")) || 0;
  throw refused;
}

async function reach(address, options, patience) {
  try {
    return await fetch(address, { ...options, signal: AbortSignal.timeout(patience) });
  } catch {
    throw new Refused(0, null);
  }
}

async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
