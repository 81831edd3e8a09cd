"""A walk over every page a post can reach, in a real browser.

Pages are found, not listed: from the declarations (menu, pages, sheets, actions) and from the links on the pages
already open. A page declared tomorrow is walked over without a word here.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.conf import settings
from django.db import models
from playwright.sync_api import Error

from hutong.channels.sheet import PAGES, SHEETS, Sheet, action_url
from hutong.core.action import ACTIONS, ActionSpec
from hutong.core.models import Entry, User
from hutong.core.record import Record, in_reach
from hutong.core.viewer import Viewer, acting
from hutong.org.terms import Role

WIDTHS = (1366, 390, 320)
"""An office screen, a phone, and the narrowest one (also an office screen at 400 percent)."""
LAYOUTS = (1366, 320)
"""The widths between which the layout changes: what axe-core finds at 390 px it finds at 320 px."""
PAGE_BYTES = 120 * 1024
"""What a page may weigh, compressed, with everything it loads."""
PAGING = {"after", "before", "sort", "list"}
"""Parameters that show more of the same."""

TYPED = "留着"
"""What is typed where nothing is asked for."""

EMPTIED = """() => {
  const form = document.querySelector("main form[method=post]");
  const needed = form ? [...form.querySelectorAll("[aria-required=true]")].flatMap((e) =>
    e.matches("[role=radiogroup]") ? [...e.querySelectorAll("input")] : [e]) : [];
  for (const control of needed) {
    if (control.type === "radio") control.checked = false;
    else control.value = "";
    const chosen = control.closest("[data-lookup]")?.querySelector("[type=hidden]");
    if (chosen) chosen.value = "";
  }
  if (!needed.length) return null;
  for (const control of form.querySelectorAll("input[type=text]:not([role=combobox]), textarea"))
    if (!needed.includes(control) && !control.inputMode) control.value = TYPED;
  const kept = [...form.querySelectorAll("input, textarea")].filter((control) => control.value === TYPED).length;
  setTimeout(() => form.requestSubmit());
  return { kept };
}""".replace("TYPED", json.dumps(TYPED, ensure_ascii=False))
"""Sends the form of a page without what it needs, with words in the texts it does not need; how many of them."""

ANSWERED = """(sent) => {
  const summary = document.querySelector("main .summary"), broken = [];
  if (!summary || !summary.matches("[role=alert]")) return ["nothing says what is wrong"];
  if (!summary.contains(document.activeElement)) broken.push("what is wrong does not get the focus");
  const links = [...summary.querySelectorAll("li")].map((item) => item.querySelector("a[href^='#']"));
  if (!links.length || links.includes(null)) broken.push("a finding leads nowhere: " + summary.innerText);
  for (const link of links.filter(Boolean)) {
    const control = document.querySelector(link.hash), at = control?.closest("[aria-invalid], .has-error");
    if (!control?.matches("input, select, textarea, fieldset[tabindex]")) broken.push(`${link.hash} is no control`);
    const said = (at?.getAttribute("aria-describedby") || "").split(" ").map((id) => document.getElementById(id));
    if (!at?.matches("[aria-invalid=true], fieldset")) broken.push(`${link.hash} is not marked as wrong`);
    if (!said.some((e) => e?.matches(".error") && e.innerText.trim())) broken.push(`${link.hash} does not say why`);
  }
  const kept = [...document.querySelectorAll("main form input, main form textarea")];
  if (kept.filter((control) => control.value === TYPED).length < sent.kept) broken.push("what was typed is gone");
  return broken;
}""".replace("TYPED", json.dumps(TYPED, ensure_ascii=False))
"""What is amiss on a page that says what is wrong."""

PIECES = (
    "header, footer, nav, .area, .area-part, .card, .card-header, .head, .field, .filter, .line, .fact, tr, li, "
    ".buttons, .alert"
)
"""Parts that look and sound alike wherever they stand; a page made of parts seen before is not examined again."""

SEEN = """() => {
  const root = document.documentElement, said = [document.title], broken = [], shapes = {};
  const take = (element, text) => {
    if (text && text.trim() && element.closest("[lang]") === root) said.push(text.trim());
  };
  const references = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];
  const elements = [...document.body.querySelectorAll("*")];
  const ids = elements.map((e) => e.id).filter(Boolean);
  broken.push(...ids.filter((id, n) => ids.indexOf(id) !== n).map((id) => `two elements are called ${id}`));
  for (const element of elements) {
    for (const name of ["aria-label", "title", "placeholder", "alt"]) take(element, element.getAttribute(name));
    for (const name of references)
      for (const id of (element.getAttribute(name) || "").split(" "))
        if (id && !ids.includes(id)) broken.push(`${name} leads to ${id}, which is not there`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) take(walker.currentNode.parentElement, walker.currentNode.data);
  const telling = /^(class|role|type|lang|tabindex|aria-(?!label|describedby|controls))/;
  const shape = (element) => {
    const parts = [...element.children].map(shape).filter((part, n, all) => part !== all[n - 1]);
    const own = element.getAttributeNames().map((n) => telling.test(n) ? n + "=" + element.getAttribute(n) : n);
    const text = [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    const whole = `<${element.tagName} ${own.sort().join(" ")}${text ? " t" : ""}>${parts.join("")}`;
    if (!element.matches(PIECES)) return whole;
    shapes[whole] = 1;
    return "";
  };
  shapes[shape(document.body)] = 1;
  shapes[[...document.querySelectorAll("h1,h2,h3,h4")].map((h) => h.tagName).join(" ").replace(/(H2 )+/g, "H2 ")] = 1;
  const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return {
    said, broken, lang: root.lang, shapes: Object.keys(shapes),
    links: [...document.querySelectorAll("a[href]")].map((a) => a.href),
    bytes: loaded.reduce((sum, entry) => sum + entry.encodedBodySize, 0),
  };
}""".replace("PIECES", json.dumps(PIECES))
TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? []
  : [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(-2).map((e) => e.outerHTML.slice(0, 160))"""


HREF = re.compile(r'href="(/[^"]*)"')


def kind_of(address: str) -> str:
    """Addresses of one kind of page: numbers and names (of acts, rules, imports) left out, parameters by theirs."""
    parts = urlsplit(address)
    path = re.sub(r"^/(law/acts|law/rules|core/told)/[^/]+/", r"/\1/name/", re.sub(r"/\d+(?=/)", "/0", parts.path))
    named = sorted(set(parse_qs(parts.query)) - PAGING)
    return path + ("?" + "&".join(named) if named else "")


@dataclass
class Walk:
    """What a walk has seen so far, over all posts; parts that look alike are examined once."""

    site: str
    violations: Callable[[Any], list[str]]
    found: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    states: set[tuple[str, State]] = field(default_factory=set)
    """States of records and choices of acts that some post has seen."""
    said: dict[str, dict[str, str]] = field(default_factory=lambda: {"zh-Hans": {}, "en": {}})
    """By language: every text, with a page that says it."""
    refused: set[tuple[str, str]] = field(default_factory=set)
    """Forms that were sent without what they need, and in which language."""
    shapes: set[str] = field(default_factory=set)
    """Parts of pages that axe-core has examined."""

    def through(self, page: Any, viewer: Viewer, kinds: set[str]) -> None:
        """Open, in the name of a viewer, what the declarations promise and whatever the pages lead to: one page of
        each kind that is not in `kinds` yet, and records in a state nobody has opened before."""
        waiting: deque[str] = deque()
        for address, state in addresses_of(viewer).items():
            if kind_of(address) not in kinds or (kind_of(address), state) not in self.states:
                kinds.add(kind_of(address))
                self.states.add((kind_of(address), state))
                waiting.append(address)
        while waiting:
            for link in self._opened(page, viewer, waiting.popleft()):
                if kind_of(link) not in kinds:
                    kinds.add(kind_of(link))
                    waiting.append(link)

    def look_for(self, page: Any, viewer: Viewer, missing: set[str], kinds: set[str]) -> None:
        """Open pages of the kinds that are missing: a record opened first by a post without the way there hides it."""
        for address in addresses_of(viewer):
            if not missing:
                return
            for link in map(unescape, HREF.findall(page.request.get(self.site + address).text())):
                if (found := kind_of(link).partition("?")[0]) in missing:
                    missing.discard(found)
                    kinds.add(kind_of(link))
                    list(self._opened(page, viewer, link.partition("#")[0]))

    def _opened(self, page: Any, viewer: Viewer, address: str) -> Iterator[str]:
        where = f"{viewer.role} {address}"
        page.complaints.clear()
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        try:
            response = page.goto(self.site + address)
        except Error:  # something to take away instead of a page
            response = page.request.get(self.site + address)
        if response.status != 200:
            self.found.append(f"{where}: {response.status}")
            return
        self.kinds.add(kind_of(address))
        if not response.headers["content-type"].startswith("text/html"):
            return
        seen = page.evaluate(SEEN)
        if seen["bytes"] > PAGE_BYTES:
            self.found.append(f"{where}: weighs {seen['bytes']} bytes")
        for text in seen["said"]:
            self.said[seen["lang"]].setdefault(text, where)
        self.found += [f"{where}: {what}" for what in seen["broken"]]
        self._examine(page, where, set(seen["shapes"]))
        form = (kind_of(address), seen["lang"])
        if "/action/" in address and form not in self.refused:
            self.refused.add(form)
            self._refused(page, where)
        self.found += [f"{where}: {complaint}" for complaint in page.complaints]
        yield from (link.removeprefix(self.site) for link in seen["links"] if self._leads_on(link))

    def _refused(self, page: Any, where: str) -> None:
        """The form of this page again, sent without what it needs: it says what is wrong and keeps what was typed."""
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        sent = page.evaluate(EMPTIED)
        if sent is None:
            return
        page.wait_for_selector("main .summary, main .error")
        seen, where = page.evaluate(SEEN), f"{where} refused"
        for text in set(seen["said"]) - {TYPED}:
            self.said[seen["lang"]].setdefault(text, where)
        self.found += [f"{where}: {what}" for what in [*seen["broken"], *page.evaluate(ANSWERED, sent)]]
        self._examine(page, where, set(seen["shapes"]))
        page.complaints[:] = [text for text in page.complaints if "422" not in text]

    def _examine(self, page: Any, where: str, shapes: set[str]) -> None:
        new = not shapes <= self.shapes
        self.shapes |= shapes
        for width in WIDTHS if new else WIDTHS[-1:]:
            page.set_viewport_size({"width": width, "height": 900})
            self.found += [f"{where} is wider than {width}: {what}" for what in page.evaluate(TOO_WIDE)]
            if new and width in LAYOUTS:
                self.found += [f"{where} at {width}: {what}" for what in self.violations(page)]

    def _leads_on(self, link: str) -> bool:
        return link.startswith(self.site) and "#" not in link.removeprefix(self.site)[:1]


# Where a walk begins


State: TypeAlias = tuple[str, ...]
"""The state of a record, and what may be done with it."""


def addresses_of(viewer: Viewer) -> dict[str, State]:
    """Every address the declarations promise to this post: pages, lists, a form of each act, and a
    record of each state and of each choice of acts."""
    plain = [p for p in PAGES.values() if "<" not in p.path and (not p.roles or viewer.role in p.roles)]
    found: dict[str, State] = dict.fromkeys(["/", "/account/password/", *(f"/{p.path}" for p in plain)], ())
    with acting(viewer):
        for sheet in SHEETS.values():
            found |= _of_sheet(viewer, sheet)
        for spec in ACTIONS.values():
            found |= dict.fromkeys(_of_action(viewer, spec), ())
    return found


def _of_sheet(viewer: Viewer, sheet: Sheet) -> dict[str, State]:
    if not sheet.open_to(viewer):
        return {}
    records: dict[State, str] = {}
    for row in _reached(viewer, sheet.model):
        actions = [name for name, spec in ACTIONS.items() if spec.on is sheet.model and spec.offered_to(viewer, row)]
        records.setdefault((str(getattr(row, "state", "")), *actions), f"{sheet.url}{row.pk}/")
    return {sheet.url: ()} | {address: state for state, address in records.items()}


def _reached(viewer: Viewer, model: type[models.Model]) -> list[Any]:
    """Records in reach, the newest first: they say most."""
    return [row for row in model._default_manager.order_by("-pk")[:300] if in_reach(viewer, row)]


def _of_action(viewer: Viewer, spec: ActionSpec[Any]) -> list[str]:
    if spec.inner or viewer.role not in spec.roles:
        return []
    if spec.on is None:
        return [action_url(spec.name)]
    rows = _reached(viewer, spec.on)
    return [action_url(spec.name, row.pk) for row in rows if spec.offered_to(viewer, row)][:1]


def unseen(kinds: set[str]) -> list[str]:
    """Declared addresses of which no post has seen a page. The situation misses a record, or nothing leads there."""
    people = set(Role)
    paths = [re.sub(r"<int:\w+>", "0", f"/{page.path}") for page in PAGES.values()]
    promised = {re.sub(r"<(slug|str):\w+>", "name", path) for path in paths}
    promised |= {sheet.url for sheet in SHEETS.values() if not sheet.roles or people & set(sheet.roles)}
    promised |= {f"{sheet.url}0/" for sheet in SHEETS.values()}
    for spec in ACTIONS.values():
        if people & set(spec.roles) and not spec.inner:
            promised.add(action_url(spec.name, None if spec.on is None else 0))
    return sorted(promised - {kind.partition("?")[0] for kind in kinds})


# Words


def kept_words() -> list[str]:
    """Chinese that people typed, from every column that keeps text; the longest first."""
    found: set[str] = set()
    for model in apps.get_models():
        if not issubclass(model, (Record, User, Entry)):
            continue
        texts = [f.attname for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
        for name in texts:
            rows = model._default_manager.filter(**{f"{name}__regex": HAN}).order_by()
            found |= set(rows.values_list(name, flat=True).distinct())
    return sorted(found, key=len, reverse=True)


HAN = "[\u4e00-\u9fff]"
CITATION = re.compile(
    r"第[零一二三四五六七八九十百千\d]+(条|款|项|部分|章|节)(之[一二三])?|(?<=[条款项章节])至(?=第)|说明[一二三四五六七八九十]+|[^\s,]*\d+号|、"
    r"|(?<![\u4e00-\u9fff])[一二三四五六七八九十]+(?![\u4e00-\u9fff])"
)
"""Articles and numbers of documents are quoted as they are."""


def foreign(said: dict[str, dict[str, str]], kept: list[str]) -> list[str]:
    """English on Chinese pages and Chinese on English ones, but for what people typed, names of files and accounts,
    and of languages, which are called in their own words."""
    languages = {name for _code, name in settings.LANGUAGES}
    found = [
        f"{where}: {text}"
        for text, where in said["zh-Hans"].items()
        if text not in languages and not TECHNICAL.search(where) and LATIN.search(NAMES.sub("", text))
    ]
    for text, where in said["en"].items():
        if text in languages or IMPORTED.search(where):
            continue
        rest = CITATION.sub("", text)
        for word in kept if re.search(HAN, rest) else ():
            rest = rest.replace(word, "")
        if re.search(HAN, rest):
            found.append(f"{where}: {text}")
    return found


TECHNICAL = re.compile("/core/eventline/")
"""Work of the machine goes by the names the programs have; the administrator alone sees it."""
IMPORTED = re.compile("/action/import_|/(roll|child)import/")
"""Headings of Chinese files, and what was wrong in one, are told as they stand there."""
LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(
    r"Hutong|xlsx|csv|(?<![A-Za-z])(SQ\d+|HT\d+|[A-Z]{2,}(-[A-Z]+)*(-\d+(\.\w+)?)?)(?![a-z])"
    r"|\b\w+(\.\w+)*\.\d+\b|\S+\.(png|xlsx|csv)|\b[0-9a-f]{16}\b"
)
"""The product, forms of files, numbers of papers and limits, names of accounts and files, seals."""
