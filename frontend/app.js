// What every page loads: Bootstrap's behaviours, htmx and Alpine (the build that needs no eval).
import "bootstrap/js/dist/alert";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/modal";
import "bootstrap/js/dist/offcanvas";
import "bootstrap/js/dist/tab";
import Alpine from "@alpinejs/csp";
import "./keys.js";
import "./lines.js";
import "./lists.js";
import "./lookup.js";
import "./notices.js";
import "./requests.js";
import "./unsaved.js";

// A button anywhere may carry x-data="themeSwitch" x-on:click="toggle".
Alpine.data("themeSwitch", () => ({
  toggle() {
    document.dispatchEvent(new Event("theme:toggle"));
  },
}));

Alpine.start();
