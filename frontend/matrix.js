// A search box that hides the rows of a table which do not hold what is typed, and the headings
// of groups that have no row left: <input data-filter-rows="#table">, <tr data-text="…">.
document.addEventListener("input", ({ target }) => {
  const place = target.dataset?.filterRows;
  if (!place) return;
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of document.querySelectorAll(`${place} tbody`)) {
    let shown = 0;
    for (const row of group.querySelectorAll("tr[data-text]")) {
      row.hidden = !words.every((word) => row.dataset.text.includes(word));
      if (!row.hidden) shown += 1;
    }
    for (const heading of group.querySelectorAll("tr[data-group]")) heading.hidden = !shown || words.length > 0;
  }
});
