// Type-ahead after the ARIA combobox pattern: arrows choose, Enter takes, Escape closes, clearing empties the answer.
export type Hit = { value: string; text: string; hint: string; kind?: string };
export type Search = (words: string) => Promise<Hit[] | null>;

export function lookups(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("[data-lookup]").forEach((box) => {
    const answer = box.querySelector<HTMLInputElement>("input[type=hidden]");
    if (answer) combobox(box, answer, asked(box.dataset["lookup"] ?? ""));
  });
}

function asked(address: string): Search {
  return async (words) => {
    const response = words ? await fetch(`${address}?q=${encodeURIComponent(words)}`) : null;
    return response?.ok ? ((await response.json()) as { hits: Hit[] }).hits : null;
  };
}

// Whatever the words find becomes the value of `answer`.
export function combobox(box: HTMLElement, answer: HTMLInputElement | HTMLSelectElement, search: Search): void {
  const input = box.querySelector<HTMLInputElement>("[role=combobox]");
  if (!input) return;
  let taken = input.value;
  const close = hitlist(box, input, search, true, (hit) => {
    answer.value = hit.value;
    input.value = taken = hit.text;
    answer.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("input", () => {
    answer.value = taken = "";
  });
  // What was typed but not chosen would look like an answer and be none.
  input.addEventListener("blur", () => {
    close();
    if (!answer.value) input.value = "";
    else if (taken) input.value = taken;
  });
}

// What the words find, below the field, kind by kind; `eager`: Enter takes the first even when none is marked.
export function hitlist(box: HTMLElement, input: HTMLInputElement, search: Search, eager: boolean, take: (hit: Hit) => void): () => void {
  const list = box.querySelector<HTMLElement>("[role=listbox]");
  const status = box.querySelector<HTMLElement>("[role=status]");
  if (!list || !status) return () => undefined;
  let hits: Hit[] = [];
  let items: HTMLElement[] = [];
  let at = -1;
  let turn = 0;
  let timer = 0;

  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const mark = (next: number): void => {
    at = hits.length ? (next + hits.length) % hits.length : -1;
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
    const item = items[at];
    if (!item) return;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const chosen = (hit: Hit): void => {
    close();
    take(hit);
  };
  const option = (hit: Hit, n: number): HTMLElement => {
    const item = document.createElement(list.tagName === "UL" ? "li" : "div");
    item.id = `${list.id}-${n}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = hit.text;
    if (hit.hint) {
      const hint = document.createElement("div");
      hint.className = "hint";
      hint.textContent = hit.hint;
      item.append(hint);
    }
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      chosen(hit);
    });
    return item;
  };
  const draw = (): void => {
    items = hits.map(option);
    list.replaceChildren();
    let group: HTMLElement = list;
    items.forEach((item, n) => {
      const kind = hits[n]?.kind;
      if (kind && kind !== hits[n - 1]?.kind) {
        group = document.createElement("div");
        group.setAttribute("role", "group");
        group.setAttribute("aria-label", kind);
        const head = document.createElement("div");
        head.className = "hits-head";
        head.setAttribute("aria-hidden", "true");
        head.textContent = kind;
        group.append(head);
        list.append(group);
      }
      group.append(item);
    });
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    status.textContent = hits.length ? (status.dataset["some"] ?? "#").replace("#", String(hits.length)) : (status.dataset["none"] ?? "");
    at = -1;
  };
  const ask = async (): Promise<void> => {
    const mine = ++turn;
    const found = await search(input.value.trim());
    if (!found || mine !== turn) return;
    hits = found;
    draw();
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    turn++;
    if (!input.value.trim()) return close();
    timer = window.setTimeout(() => void ask(), 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && input.value.trim()) void ask();
      else mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && (eager || at >= 0)) {
      const hit = hits[at < 0 ? 0 : at];
      event.preventDefault();
      if (hit) chosen(hit);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the browser would empty the field
      close();
    }
  });
  return close;
}
