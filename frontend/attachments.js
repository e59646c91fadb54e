// Files are attached by choosing, dropping, pasting or taking a picture: several at once, each in a
// request of its own with a bar of progress. One that is too large or empty is refused before a
// byte of it is sent.
import htmx from "htmx.org";

const formIn = (element) =>
  element?.closest?.("[data-conversation]")?.querySelector("form[data-attach]");

function addLine(form, name) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  line.append(words, bar);
  form.closest("[data-conversation]").querySelector("[data-uploads]").append(line);
  return { line, words, bar };
}

function refuse({ line, words, bar }, text) {
  bar.remove();
  words.textContent = text;
  line.className = "upload-refused";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.ariaLabel = document.querySelector("[data-uploads]").dataset.close;
  close.addEventListener("click", () => line.remove());
  line.append(close);
}

function problemIn(request) {
  try {
    const { detail, fix } = JSON.parse(request.responseText);
    return [detail, fix].filter(Boolean).join(" ");
  } catch {
    return "";
  }
}

function send(form, file) {
  const shown = addLine(form, file.name);
  const { attach, tooLarge, isEmpty, failed } = form.dataset;
  if (file.size > Number(attach)) return refuse(shown, `${file.name} ${tooLarge}`);
  if (!file.size) return refuse(shown, `${file.name} ${isEmpty}`);
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.append("file", file, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      shown.bar.value = total ? loaded / total : 0;
    });
    request.addEventListener("loadend", () => {
      if (request.status >= 200 && request.status < 300) shown.line.remove();
      else refuse(shown, problemIn(request) || `${file.name} ${failed}`);
      resolve();
    });
    request.send(body);
  });
}

async function sendAll(form, files) {
  // One after the other: the line to the server is not made faster by sharing it.
  for (const file of files) await send(form, file);
  const live = form.closest("[data-conversation]")?.querySelector("[data-live]");
  if (live) htmx.trigger(live, "live");
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches(".conversation-file")) return;
  sendAll(target.form, [...target.files]);
  target.value = "";
});

document.addEventListener("paste", (event) => {
  const form = formIn(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!form || !files.length) return;
  event.preventDefault();
  sendAll(form, files);
});

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  const form = formIn(event.target);
  if (!hasFiles(event) || !form) return;
  event.preventDefault();
  form.closest("[data-conversation]").classList.add("is-dropping");
});

document.addEventListener("dragleave", (event) => {
  const conversation = event.target.closest?.("[data-conversation]");
  if (conversation && !conversation.contains(event.relatedTarget)) {
    conversation.classList.remove("is-dropping");
  }
});

document.addEventListener("drop", (event) => {
  const form = formIn(event.target);
  if (!hasFiles(event) || !form) return;
  event.preventDefault();
  form.closest("[data-conversation]").classList.remove("is-dropping");
  sendAll(form, [...event.dataTransfer.files]);
});

