// Signing by hand: what is drawn on the canvas goes along with the form as a PNG. Without this script,
// or with nothing drawn, the typed name is sent alone.
const INK = "#1a1a2e"; // on white, in the dark as well: it is printed

function prepare(place) {
  const canvas = place.querySelector("canvas");
  const field = place.querySelector("input");
  const pen = canvas.getContext("2d");
  let isDown = false;
  Object.assign(pen, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: INK });
  canvas.style.maxWidth = "100%";
  canvas.style.touchAction = "none";

  function pointOf(event) {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  canvas.addEventListener("pointerdown", (event) => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...pointOf(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...pointOf(event));
    pen.stroke();
    field.value = "drawn";
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (isDown = false));
  place.querySelector("[data-signature-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  });
  field.form.addEventListener("submit", () => {
    if (field.value) field.value = canvas.toDataURL("image/png");
  });
  field.value = "";
  place.hidden = false;
}

for (const place of document.querySelectorAll("[data-signature]")) prepare(place);
