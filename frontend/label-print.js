// What labels are printed of: found by typing or by a scanner, each with a number of labels. The form
// sends them as "12x2,13": two labels of record 12 and one of 13.
function start(form) {
  const rows = form.querySelector("[data-label-rows]");
  const find = form.querySelector("#label-find");
  const list = form.querySelector("#label-records");
  let timer = 0;

  function write() {
    const parts = [...rows.children].map((row) => `${row.dataset.id}x${row.querySelector("input").value || 1}`);
    form.elements.items.value = parts.join(",");
  }

  function dress(row, title) {
    const name = document.createElement("bdi");
    const copies = document.createElement("input");
    const remove = document.createElement("button");
    name.textContent = title;
    copies.type = "number";
    copies.min = 1;
    copies.max = 2000;
    copies.value = row.dataset.copies ?? 1;
    copies.className = "form-control num";
    copies.setAttribute("aria-label", `${rows.dataset.copies}: ${title}`);
    remove.type = "button";
    remove.className = "btn btn-quiet";
    remove.textContent = rows.dataset.remove;
    remove.setAttribute("aria-label", `${rows.dataset.remove}: ${title}`);
    remove.addEventListener("click", () => {
      row.remove();
      write();
      find.focus();
    });
    row.replaceChildren(name, copies, remove);
  }

  function add(id, title) {
    const known = [...rows.children].find((row) => row.dataset.id === id);
    if (known) known.querySelector("input").stepUp();
    else {
      const row = document.createElement("li");
      row.dataset.id = id;
      rows.append(row);
      dress(row, title);
    }
    find.value = "";
    write();
  }

  async function look(text) {
    const answer = await fetch(`${form.dataset.labelsPrint}&q=${encodeURIComponent(text)}`);
    if (!answer.ok) return [];
    const found = await answer.json();
    list.replaceChildren(
      ...found.map(({ value, title }) => {
        const option = document.createElement("option");
        option.value = title;
        option.dataset.value = value;
        return option;
      }),
    );
    return found;
  }

  find.addEventListener("input", () => {
    const option = [...list.options].find((one) => one.value === find.value);
    if (option) add(option.dataset.value, option.value);
    else {
      clearTimeout(timer);
      timer = setTimeout(() => look(find.value), 200);
    }
  });
  find.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    const [first] = find.value.trim() ? await look(find.value.trim()) : [];
    if (first) add(first.value, first.title);
  });
  rows.addEventListener("input", write);
  for (const row of rows.children) dress(row, row.textContent);
  write();
}

for (const form of document.querySelectorAll("[data-labels-print]")) start(form);
