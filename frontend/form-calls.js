// Calls of an open form to the server: it is asked as the page it is, and an ended session is
// told in the page instead of leaving it, so that nothing typed is lost.

export class Unreached extends Error {}
export class SignedOut extends Error {}

export const addressOf = (form) => form.getAttribute("action");

// What the form would send, and what else is asked with it.
export function contentOf(form, submitter, more = {}) {
  const content = new URLSearchParams(new FormData(form, submitter ?? null));
  for (const [name, value] of Object.entries(more)) content.set(name, value);
  return content;
}

export async function send(form, address, content, options = {}) {
  let response;
  try {
    response = await fetch(address, { method: "POST", body: content, ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreached();
  }
  if (response.status === 401) {
    form.dispatchEvent(new CustomEvent("form:signed-out", { bubbles: true }));
    throw new SignedOut();
  }
  return response;
}

// JSON in, JSON out; what is refused comes as a sentence.
export async function ask(form, path, content, options = {}) {
  const headers = { Accept: "application/json" };
  const response = await send(form, addressOf(form) + path, content, { headers, ...options });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}
