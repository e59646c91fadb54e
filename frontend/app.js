// What every page loads. What only some pages need is fetched by those: see `when`.
import "./bootstrap.js";
import "./drafts-here.js";
import "./focus.js";
import "./keys.js";
import "./lists.js";
import "./live.js";
import "./lookup.js";
import "./menu.js";
import "./palette.js";
import "./notices.js";
import "./requests.js";
import "./unsaved.js";

// Fetch a module as soon as the page holds what it is for, now or after a swap by htmx.
function when(selector, fetchModule) {
  const look = () => document.querySelector(selector) && fetchModule();
  document.addEventListener("htmx:afterSettle", look);
  return look();
}

const ofThisPage = [
  when("[x-data]", () => import("./alpine.js")),
  when("form[data-form]", () => import("./form.js")),
  when("[data-presence]", () => import("./presence.js")),
  when("[data-drop]", () => import("./importing.js")),
  when("#bank-matching", () => import("./bank-matching.js")),
  when("[data-stock-scan]", () => import("./stock-scan.js")),
  when("[data-label-designer]", () => import("./label-designer.js")),
  when("[data-labels-print]", () => import("./label-print.js")),
  when("[data-signature]", () => import("./signature.js")),
  when("#print-form", () => import("./printing.js")),
  when("#bulk-bar", () => import("./bulk.js")),
  when("[data-report], [data-report-editor]", () => import("./reports.js")),
  when(".display", () => import("./displays.js")),
  when("[data-conversation]", () => import("./timeline.js")),
  when("[data-arrange]", () => import("./dashboard.js")),
  when("[data-filter-rows]", () => import("./matrix.js")),
];

// htmx begins when all of the page is read. A module that could not be fetched is nothing to wait for.
const isRead = new Promise((tell) => addEventListener("DOMContentLoaded", tell, { once: true }));
Promise.allSettled([isRead, ...ofThisPage]).then(() => document.dispatchEvent(new Event("scripts:there")));
