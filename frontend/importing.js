// A file that is dropped onto an input's frame is as good as one that was chosen.
const frameOf = (event) => event.target.closest?.("[data-drop]");

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const frame = frameOf(event);
    if (!frame) return;
    event.preventDefault(); // the browser would open the file
    frame.classList.toggle("import-drop-over", name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    const input = frame.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.focus();
  });
}
