// A long list of choices becomes a type-ahead over those same choices; without a script it stays the list it is.
import { combobox, type Hit } from "./lookup";

const SHOWN = 12;

export function picks(root: ParentNode): void {
  root.querySelectorAll<HTMLSelectElement>("select[data-pick]").forEach(pick);
}

function pick(select: HTMLSelectElement): void {
  const choices: Hit[] = Array.from(select.options)
    .filter((option) => option.value)
    .map((option) => ({ value: option.value, text: option.text, hint: "" }));
  const [box, input] = [document.createElement("div"), document.createElement("input")];
  const [list, status] = [document.createElement("ul"), document.createElement("p")];
  box.className = "lookup";
  input.className = "form-control";
  input.type = "text";
  input.autocomplete = "off";
  input.placeholder = select.dataset["pick"] ?? "";
  input.value = select.value ? (select.selectedOptions[0]?.text ?? "") : "";
  input.id = select.id;
  select.removeAttribute("id");
  for (const name of ["aria-required", "aria-describedby", "aria-invalid"]) {
    const value = select.getAttribute(name);
    if (value) input.setAttribute(name, value);
  }
  list.className = "hits";
  list.id = `${input.id}-hits`;
  list.hidden = true;
  status.className = "visually-hidden";
  status.dataset["none"] = select.dataset["none"] ?? "";
  const roles = [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]];
  for (const [name, value] of roles) input.setAttribute(name ?? "", value ?? "");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.innerText ?? input.placeholder);
  status.setAttribute("role", "status");
  select.hidden = true;
  select.before(box);
  box.append(input, list, status, select);
  combobox(box, select, async (words) => choices.filter((hit) => hit.text.toLowerCase().includes(words.toLowerCase())).slice(0, SHOWN));
}
