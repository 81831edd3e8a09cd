// What the office pages need beside HTML. Every page works without it, but for the type-ahead of places.
import htmx from "htmx.org";
import { find } from "./parts/find";
import { lookups } from "./parts/lookup";
import { more } from "./parts/more";
import { picks } from "./parts/pick";

htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;

// After a refused form the reader lands on the list of what to correct; its links lead to the field itself.
document.querySelector<HTMLElement>("[data-focus]")?.focus();
document.querySelectorAll<HTMLAnchorElement>(".summary a").forEach((link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    const control = field.matches("input,select,textarea") ? field : field.querySelector<HTMLElement>("input,select,textarea");
    control?.focus();
  });
});

// A second click while the first is on its way sends nothing (the server would know the key, the person would wait).
let leaving = false;
document.querySelectorAll<HTMLFormElement>("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formtarget")) return; // looked at elsewhere, still to be sent
    if (form.dataset["sent"]) return event.preventDefault();
    form.dataset["sent"] = "yes";
    leaving = true;
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
});

// Going away from a half-filled form asks first.
document.querySelectorAll<HTMLFormElement>("form[data-guard]").forEach((form) => {
  let touched = false;
  form.addEventListener("input", () => (touched = true));
  window.addEventListener("beforeunload", (event) => {
    if (touched && !leaving) event.preventDefault();
  });
});
// Back to a page kept by the browser: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  document.querySelectorAll<HTMLFormElement>("form[data-once]").forEach((form) => {
    delete form.dataset["sent"];
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (target.closest("[data-print]")) window.print();
  document.querySelectorAll<HTMLDetailsElement>("details.drop[open]").forEach((drop) => {
    if (!drop.contains(target)) drop.open = false;
  });
});
// Whoever tabs out of a menu leaves it closed behind them.
document.addEventListener("focusout", (event) => {
  const drop = (event.target as Element).closest<HTMLDetailsElement>("details.drop[open]");
  if (drop && event.relatedTarget instanceof Node && !drop.contains(event.relatedTarget)) drop.open = false;
});
// Paper cannot be opened.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll<HTMLDetailsElement>("main details.more:not(.drop)").forEach((part) => (part.open = true));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll<HTMLDetailsElement>("details.drop[open]").forEach((drop) => {
    drop.open = false;
    drop.querySelector("summary")?.focus();
  });
});

// On a phone the filters beside the search are folded away until asked for, so that the list itself is in sight.
const button = document.querySelector<HTMLButtonElement>("[data-unfold]");
if (button && !("used" in button.dataset) && window.matchMedia("(max-width: 47.99rem)").matches) {
  const form = button.closest("form");
  form?.classList.add("folded");
  button.hidden = false;
  button.addEventListener("click", () => {
    const folded = form?.classList.toggle("folded") ?? false;
    button.setAttribute("aria-expanded", String(!folded));
  });
}

find(document.querySelector("[data-find]"));
lookups(document);
more(document);
picks(document);
