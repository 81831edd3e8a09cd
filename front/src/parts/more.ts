// "Add another" below a list of groups: the last group once more, empty and with the next number.
import { lookups } from "./lookup";

const NUMBERED = ["id", "name", "for", "aria-describedby", "aria-controls"];

export function more(root: ParentNode): void {
  root.querySelectorAll<HTMLButtonElement>("button[data-more]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => add(button));
  });
}

function add(button: HTMLButtonElement): void {
  const last = button.previousElementSibling;
  const name = button.dataset["more"];
  if (!(last instanceof HTMLFieldSetElement) || !name) return;
  const number = Number(last.id.slice(`f-${name}-`.length));
  const group = last.cloneNode(true) as HTMLFieldSetElement;
  const from = `${name}-${number}`;
  const to = `${name}-${number + 1}`;
  [group, ...Array.from(group.querySelectorAll("*"))].forEach((part) => {
    NUMBERED.forEach((attribute) => {
      const value = part.getAttribute(attribute);
      if (value) part.setAttribute(attribute, value.split(from).join(to));
    });
  });
  const title = group.querySelector("legend")?.firstChild;
  if (title) title.textContent = (title.textContent ?? "").replace(String(number + 1), String(number + 2));
  group.querySelectorAll(".error").forEach((error) => error.remove());
  group.querySelectorAll<HTMLInputElement>("input").forEach((input) => {
    if (input.type === "radio" || input.type === "checkbox") input.checked = false;
    else input.value = "";
  });
  group.querySelectorAll("textarea").forEach((area) => (area.value = ""));
  group.querySelectorAll("select").forEach((select) => (select.selectedIndex = 0));
  button.before(group);
  lookups(group);
  group.querySelector<HTMLElement>("input:not([type=hidden]),select,textarea")?.focus();
}
