// Arranging the start page by dragging; every card has buttons for the same, for keys and touch.
import htmx from "htmx.org";

let dragged = null;

const cells = () => [...document.querySelectorAll("[data-arrange] [data-card]")];

function over(event) {
  const cell = event.target.closest?.("[data-card]");
  return dragged && cell && cell !== dragged ? cell : null;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-arrange] [data-card]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  dragged.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const target = over(event);
  for (const cell of cells()) cell.classList.toggle("is-over", cell === target);
  if (target) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const target = over(event);
  if (!target) return;
  event.preventDefault();
  htmx.ajax("POST", "/core/dashboard/move", {
    values: { key: dragged.dataset.card, place: cells().indexOf(target) },
    target: "#dashboard",
    swap: "outerHTML",
  });
});

document.addEventListener("dragend", () => {
  dragged = null;
  for (const cell of cells()) cell.classList.remove("is-dragged", "is-over");
});
