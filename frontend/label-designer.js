// Designing a label: frames over the picture of the print. Moved and sized by pointer or by keys; every
// change is sent for a new picture, so that what is seen is what will be printed. Measures are in mm.
const FINE = 0.1;
const STEP = 0.5;
const FIRST = {
  text: { width: 25, height: 5, text: "…" },
  code: { width: 30, height: 12 },
  logo: { width: 15, height: 10 },
  line: { width: 30, height: 0.3 },
  box: { width: 20, height: 10 },
};
const NEW = { x: 1, y: 1, text: "", size: 8, bold: false, align: "left", symbology: "auto", caption: true, thickness: 0.3 };

function start(form) {
  const known = JSON.parse(form.dataset.known);
  const canvas = form.querySelector("[data-canvas]");
  const panel = form.querySelector("[data-panel]");
  const problem = form.querySelector("[data-problem]");
  const record = form.querySelector("[data-record]");
  const field = form.querySelector("[data-field]");
  // By a query: a field of this name hides the form's own list of elements.
  const kept = form.querySelector('[name="elements"]');
  const token = form.querySelector('[name="csrf_token"]');
  const elements = known.elements;
  const picture = document.createElement("img");
  let chosen = -1;
  let asked = 0;
  let timer = 0;

  picture.alt = "";
  canvas.append(picture);
  canvas.style.aspectRatio = `${known.width} / ${known.height}`;
  canvas.style.maxInlineSize = `${Math.min(known.width * 8, 760)}px`;

  const round = (value) => Math.round(value * 10) / 10;
  const within = (value, low, high) => round(Math.min(Math.max(value, low), Math.max(low, high)));

  function frames() {
    return [...canvas.querySelectorAll("button")];
  }

  function place(button, element) {
    button.style.left = `${(element.x / known.width) * 100}%`;
    button.style.top = `${(element.y / known.height) * 100}%`;
    button.style.width = `${(element.width / known.width) * 100}%`;
    button.style.height = `${(element.height / known.height) * 100}%`;
  }

  function draw() {
    const buttons = frames();
    elements.forEach((element, index) => {
      let button = buttons[index];
      if (!button) {
        button = document.createElement("button");
        button.type = "button";
        button.append(document.createElement("span"));
        canvas.append(button);
      }
      const adder = form.querySelector(`[data-add="${element.kind}"]`);
      button.setAttribute("aria-label", `${adder.textContent.trim()} ${element.text}`.trim());
      button.setAttribute("aria-pressed", String(index === chosen));
      place(button, element);
    });
    for (const button of buttons.slice(elements.length)) button.remove();
  }

  function fill() {
    const element = elements[chosen];
    panel.hidden = !element;
    if (!element) return;
    for (const part of panel.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(element.kind);
    }
    for (const input of panel.querySelectorAll("[data-prop]")) {
      if (input === document.activeElement) continue;
      if (input.type === "checkbox") input.checked = element[input.dataset.prop];
      else input.value = element[input.dataset.prop];
    }
  }

  async function look() {
    const mine = ++asked;
    const body = new FormData();
    body.set("csrf_token", token.value);
    body.set("elements", JSON.stringify(elements));
    body.set("record", record.value);
    const answer = await fetch(form.dataset.labelDesigner, { method: "POST", body });
    if (mine !== asked || !answer.ok) return;
    const said = await answer.json();
    problem.textContent = said.problem ?? "";
    if (said.picture) picture.src = said.picture;
  }

  function changed() {
    kept.value = JSON.stringify(elements);
    draw();
    fill();
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  }

  function choose(index) {
    chosen = index;
    draw();
    fill();
  }

  function move(element, along, down) {
    element.x = within(element.x + along, 0, known.width - element.width);
    element.y = within(element.y + down, 0, known.height - element.height);
  }

  function resize(element, along, down) {
    element.width = within(element.width + along, FINE, known.width - element.x);
    element.height = within(element.height + down, FINE, known.height - element.y);
  }

  function remove() {
    elements.splice(chosen, 1);
    chosen = Math.min(chosen, elements.length - 1);
    changed();
    (frames()[chosen] ?? form.querySelector("[data-add]")).focus();
  }

  canvas.addEventListener("focusin", (event) => {
    const index = frames().indexOf(event.target);
    if (index >= 0) choose(index);
  });

  canvas.addEventListener("keydown", (event) => {
    const element = elements[chosen];
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!element || frames().indexOf(event.target) < 0) return;
    if (event.key === "Delete") {
      event.preventDefault();
      remove();
    } else if (ways[event.key]) {
      event.preventDefault();
      const step = event.altKey ? FINE : STEP;
      const [along, down] = ways[event.key];
      (event.shiftKey ? resize : move)(element, along * step, down * step);
      changed();
    }
  });

  canvas.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("button");
    const index = frames().indexOf(button);
    if (index < 0) return;
    event.preventDefault();
    button.focus();
    choose(index);
    const element = elements[index];
    const from = { ...element };
    const sizes = event.target.tagName === "SPAN";
    const scale = known.width / canvas.clientWidth;
    button.setPointerCapture(event.pointerId);
    const drag = (moved) => {
      Object.assign(element, { x: from.x, y: from.y, width: from.width, height: from.height });
      const along = (moved.clientX - event.clientX) * scale;
      const down = (moved.clientY - event.clientY) * scale;
      (sizes ? resize : move)(element, along, down);
      changed();
    };
    button.addEventListener("pointermove", drag);
    for (const end of ["pointerup", "pointercancel"]) {
      button.addEventListener(end, () => button.removeEventListener("pointermove", drag), { once: true });
    }
  });

  panel.addEventListener("input", (event) => {
    const element = elements[chosen];
    const name = event.target.dataset.prop;
    if (!element || !name) return;
    if (event.target.type === "checkbox") element[name] = event.target.checked;
    else if (event.target.type === "number") {
      if (event.target.value === "" || Number.isNaN(event.target.valueAsNumber)) return;
      element[name] = event.target.valueAsNumber;
    } else element[name] = event.target.value;
    changed();
  });

  field.addEventListener("change", () => {
    const element = elements[chosen];
    if (!element || !field.value) return;
    const added = `{${field.value}}`;
    element.text = element.text === "" || element.text === "…" ? added : `${element.text} ${added}`;
    field.value = "";
    panel.querySelector('[data-prop="text"]').value = element.text;
    changed();
  });

  for (const button of form.querySelectorAll("[data-add]")) {
    button.addEventListener("click", () => {
      const kind = button.dataset.add;
      const made = { kind, ...NEW, ...FIRST[kind] };
      made.width = Math.min(made.width, known.width - 2);
      made.height = Math.min(made.height, known.height - 2);
      elements.push(made);
      chosen = elements.length - 1;
      changed();
      frames()[chosen].focus();
    });
  }
  form.querySelector("[data-remove]").addEventListener("click", remove);
  record.addEventListener("change", changed);
  changed();
}

for (const form of document.querySelectorAll("[data-label-designer]")) start(form);
