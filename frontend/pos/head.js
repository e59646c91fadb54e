// Runs before the first paint: light or dark, and the direction of the language that was chosen here.
import "../theme.js";

const locale = localStorage.getItem("till.language");
if (locale) {
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ar" ? "rtl" : "ltr";
}
