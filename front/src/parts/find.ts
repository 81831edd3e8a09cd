// The search of every page: reached by / or Ctrl+K, answered while one types; Enter alone leads to the page with all hits.
import { hitlist, type Hit } from "./lookup";

type Kind = { title: string; more: string; hits: { url: string; text: string; hint: string }[] };

export function find(form: HTMLFormElement | null): void {
  const input = form?.querySelector("input[type=search]");
  if (!form || !(input instanceof HTMLInputElement)) return;
  const roles = [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "find-hits"]];
  for (const [name, value] of roles) input.setAttribute(name ?? "", value ?? "");
  const close = hitlist(form, input, () => asked(form), false, (hit) => window.location.assign(hit.value));
  input.addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    const typing = (event.target as Element).closest("input,select,textarea");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!slash && !(event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

// Sent in the body, like the form itself: what is typed stands in no address.
async function asked(form: HTMLFormElement): Promise<Hit[] | null> {
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) return null;
  const { kinds } = (await response.json()) as { kinds: Kind[] };
  return kinds.flatMap((kind) => {
    const hits = kind.hits.map((hit) => ({ value: hit.url, text: hit.text, hint: hit.hint, kind: kind.title }));
    return kind.more ? [...hits, { value: kind.more, text: form.dataset["all"] ?? "", hint: "", kind: kind.title }] : hits;
  });
}
