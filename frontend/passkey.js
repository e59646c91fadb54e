// Passkeys: the two ceremonies of WebAuthn, for the elements that carry data-passkey.
// Without this script, or without passkeys in the browser, those elements stay hidden.

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

class Refused extends Error {}

async function post(url, data) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) headers["X-CSRF-Token"] = token.content;
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(data) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.detail);
  return answer;
}

function descriptors(list) {
  return (list ?? []).map((item) => ({ ...item, id: decode(item.id) }));
}

function answerOf(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = encode(credential.response[part]);
  }
  return { id: credential.id, rawId: encode(credential.rawId), type: credential.type, response };
}

async function signIn(element) {
  const options = await post("/login/passkey/options", {});
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  return post("/login/passkey", { answer: answerOf(credential), next: element.dataset.next });
}

async function register(form) {
  const { name, current } = Object.fromEntries(new FormData(form));
  const options = await post("/account/passkeys/options", { current: current ?? "" });
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return post("/account/passkeys", { answer: answerOf(credential), name });
}

async function run(element, ceremony) {
  const problem = element.querySelector('[role="alert"]');
  problem.textContent = "";
  try {
    const { next } = await ceremony(element);
    location.assign(next);
  } catch (error) {
    problem.textContent = (error instanceof Refused && error.message) || element.dataset.failed;
  }
}

if (window.PublicKeyCredential) {
  for (const element of document.querySelectorAll('[data-passkey="sign-in"]')) {
    element.hidden = false;
    element.querySelector("button").addEventListener("click", () => run(element, signIn));
  }
  for (const form of document.querySelectorAll('[data-passkey="register"]')) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form, register);
    });
  }
}
