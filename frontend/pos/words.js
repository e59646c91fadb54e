// What the till says, in the language of the device's choice. English is what the sentences are written in;
// the others come from the server and are kept by the service worker.
import { signal } from "@preact/signals";

const KEY = "till.language";
const RIGHT_TO_LEFT = ["ar"];
const about = JSON.parse(document.querySelector("meta[name=till]")?.content ?? "{}");

export const company = about.company ?? "";
export const languages = about.languages ?? { en: "English" };
export const language = signal("en");
let words = {};

// t("{count} of {all}", { count: 1, all: 3 })
export function t(sentence, values) {
  const text = (language.value !== "en" && words[sentence]) || sentence;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) : text;
}

export async function chooseLanguage(wanted) {
  const locale = wanted in languages ? wanted : "en";
  if (locale !== "en") {
    try {
      const answer = await fetch(`/pos/words.json?${locale}`, {
        headers: { "accept-language": locale },
        credentials: "omit",
      });
      words = answer.ok ? await answer.json() : {};
    } catch {
      words = {}; // never fetched before, and no network now: English
    }
  }
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(locale) ? "rtl" : "ltr";
  language.value = locale;
}

export function setLanguage(locale) {
  localStorage.setItem(KEY, locale);
  return chooseLanguage(locale);
}

export function startingLanguage() {
  const wishes = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return wishes.find((wish) => wish in languages) ?? "en";
}
