// Shortcuts of the elements that carry data-key: a button answers to Ctrl (or ⌘) and the key, so
// that it works while somebody types; a link is followed, and an input focused, by the key alone.

const isTyping = (target) =>
  target.isContentEditable || target.matches("input, select, textarea");

function find(selector, key) {
  return [...document.querySelectorAll(selector)].find(
    (element) => element.dataset.key === key && element.checkVisibility(),
  );
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || document.querySelector(".modal.show")) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    const button = find("button[data-key]", key);
    if (!button) return;
    event.preventDefault();
    button.click();
  } else if (!isTyping(event.target)) {
    const element = find("a[data-key], input[data-key]", key);
    if (!element) return;
    event.preventDefault();
    if (element.matches("a")) element.click();
    else element.focus();
  }
});
