"""Places as spreadsheets write them: a code, or a name that is clear inside the reader's area."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from hutong.core.places import span_of
from hutong.core.viewer import Viewer
from hutong.org.models import Division, DivisionCode


class Placing:
    """Looks up many texts at once: `learn` them, then `find` each."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._by_code: dict[str, dict[str, int]] = {}
        self._by_name: dict[str, list[tuple[int, str, int]]] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Read every place the texts may mean: two statements for codes, one for the names inside one's area."""
        codes = {_code(t) for t in texts} - {""}
        for code, scheme, place_id in Division.objects.filter(code__in=codes, valid_to=None).values_list(
            "code", "scheme", "id"
        ):
            self._by_code.setdefault(code, {})[scheme] = place_id
        further = DivisionCode.objects.filter(code__in=codes - set(self._by_code), division__valid_to=None)
        for code, scheme, place_id in further.values_list("code", "scheme", "division_id"):
            self._by_code.setdefault(code, {})[scheme] = place_id
        if all(_code(t) for t in texts if t):
            return
        for span in self.viewer.spans:
            mine = Division.objects.filter(key__gte=span.lo, key__lt=span.hi, valid_to=None).order_by("key")
            for place_id, name, short, key in mine.values_list("id", "name", "short", "key"):
                for word in {name, short}:
                    self._by_name.setdefault(_plain(word), []).append((place_id, name, key))

    def find(self, text: str) -> tuple[int | None, str]:
        """(place id, "") or (None, what is wrong)."""
        code = _code(text)
        if code:
            known, scheme = self._by_code.get(code, {}), text.strip().rpartition(":")[0]
            found = {place for of, place in known.items() if not scheme or of == scheme}
            if len(found) > 1:
                return None, _("%(code)s is the code of several places: write mca: or nbs: before it") % {"code": text}
            return (
                (found.pop(), "") if found else (None, _("%(code)s is not the code of a place today") % {"code": text})
            )
        options = self._named(_plain(text))
        if len(options) == 1:
            return options[0], ""
        if options:
            return None, _("%(name)s is the name of several places in your area") % {"name": text}
        return None, _("%(name)s is not a place in your area") % {"name": text}

    def _named(self, text: str) -> list[int]:
        """Places whose own name ends the text and whose enclosing places fit what stands before it."""
        whole = self._by_name.get(text, [])
        if whole:
            return sorted({place_id for place_id, _name, _key in whole})
        for cut in range(1, len(text) - 1):
            tails = self._by_name.get(text[cut:], [])
            heads = self._by_name.get(text[:cut], []) or self._tail_of(text[:cut])
            inside = sorted({t[0] for t in tails for h in heads if _inside(t[2], h[2])})
            if inside:
                return inside
        return []

    def _tail_of(self, text: str) -> list[tuple[int, str, int]]:
        """The longest known name at the end of a run of names (province, city, county, township)."""
        return next((found for cut in range(1, len(text) - 1) if (found := self._by_name.get(text[cut:]))), [])


def _inside(key: int, outer: int) -> bool:
    return key != outer and key in span_of(outer)


def _code(text: str) -> str:
    digits = text.strip().rpartition(":")[2]
    if not re.fullmatch(r"\d{2,12}", digits):
        return ""
    for length in (2, 4, 6, 9, 12):
        if len(digits) <= length or not digits[length:].strip("0"):
            return digits[:length].ljust(length, "0")
    return digits


def _plain(text: str) -> str:
    return re.sub(r"[\s,，、/·-]", "", text)
