"""One table through every door: the action itself, its page, the API, the command line; what came of it, alike."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from hutong.benefits.tests import build
from hutong.channels.api.tokens import Machine
from hutong.core.action import ACTIONS
from hutong.core.errors import HutongError, Invalid, Tried
from hutong.core.tests.build import Browser
from hutong.core.viewer import Viewer, acting
from hutong.people.tests import build as people
from hutong.project import cli, importing

DOORS = ("action", "page", "api", "command")
NAMES = {"children": "people.import_children", "roll": "benefits.import_roll", "list": "benefits.import_list"}


@dataclass
class Came:
    """What came of a table: the record of the import, or the text with which it was refused or tried."""

    record: Any = None
    text: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    def of(self, row: int) -> str:
        """What was said of a row."""
        return "；".join(f"{one['column']}：{one['what']}" for one in self.told if one["row"] == row)


@dataclass
class Door:
    """One way in, at the post of a county officer."""

    kind: str
    patch: pytest.MonkeyPatch
    folder: Path
    said: Any
    viewer: Viewer = field(default_factory=build.officer)

    def take(self, table: str, data: bytes, name: str = "表.xlsx", **given: Any) -> Came:
        """Hand a table in."""
        spec = ACTIONS[NAMES[table]]
        place = {"place_id": str(people.places()[build.COUNTY].pk)} if table != "children" else {}
        before = self._last(table)
        with translation.override("zh-hans"):
            text = getattr(self, f"_{self.kind}")(spec, data, name, place | given)
        after = self._last(table)
        if after is None or (before is not None and after.pk == before.pk):
            return Came(text=text)
        with acting(self.viewer), translation.override("zh-hans"):
            counts = {label.en: count for label, count in after.counts}
            return Came(after, text, counts, list(after.told))

    def _last(self, table: str) -> Any:
        from hutong.benefits.models import ListImport, RollImport
        from hutong.people.models import ChildImport

        model: Any = {"children": ChildImport, "roll": RollImport, "list": ListImport}[table]
        with acting(self.viewer):
            return model.objects.order_by("-id").first()

    def _action(self, spec: Any, data: bytes, name: str, given: dict[str, Any]) -> str:
        given = {k: int(v) if k == "place_id" else v for k, v in given.items()}
        try:
            spec(self.viewer, given | {"file": {"name": name, "data": data}})
        except Tried as tried:
            return " ".join([str(tried), *(f"{e.where} {e.message}" for e in tried.errors)])
        except HutongError as error:
            found = error.errors if isinstance(error, Invalid) else []
            return " ".join([str(error), *(f"{e.where} {e.message}" for e in found)])
        return ""

    def _page(self, spec: Any, data: bytes, name: str, given: dict[str, Any]) -> str:
        package, _, action = spec.name.partition(".")
        columns = given.pop("columns", [])
        for n, one in enumerate(columns):
            given |= {f"columns-{n}-heading": one["heading"], f"columns-{n}-means": one["means"]}
        given = {k: ("on" if v is True else v) for k, v in given.items()}
        answer = Browser(Client()).post(
            self.viewer, f"/{package}/action/{action}/", file=SimpleUploadedFile(name, data), **given
        )
        assert answer.status_code in (200, 302, 409, 422), answer.content[:300]
        return answer.content.decode()

    def _api(self, spec: Any, data: bytes, name: str, given: dict[str, Any]) -> str:
        package, _, action = spec.name.partition(".")
        if "place_id" in given:
            given["place_id"] = int(given["place_id"])
        body = given | {"file": {"name": name, "data": b64encode(data).decode()}}
        cache.clear()
        self.patch.setattr("hutong.channels.api.tokens.machine_of", lambda key: Machine(1, self.viewer))
        answer = Client().post(
            f"/api/v1/actions/{package}/{action}/", json.dumps(body), content_type="application/json",
            headers={"Authorization": "Bearer x"}, secure=True,
        )  # fmt: skip
        assert answer.status_code in (200, 409, 422), answer.content[:300]
        return json.dumps(answer.json(), ensure_ascii=False)

    def _command(self, spec: Any, data: bytes, name: str, given: dict[str, Any]) -> str:
        path = self.folder / name
        path.write_bytes(data)
        self.patch.setattr(importing, "_viewer", lambda number: self.viewer)
        word = next(word for word, one in importing.kinds().items() if one is spec)
        words = ["import", word, str(path), "--post", "1"]
        for column in given.pop("columns", []):
            words += ["--column", f"{column['heading']}={column['means']}"]
        for option in ("dry_run", "leave_out"):
            words += [f"--{option.replace('_', '-')}"] if given.pop(option, False) else []
        if "hidden_rows" in given:
            words += ["--hidden-rows", given.pop("hidden_rows")]
        if "place_id" in given:
            given["place_id"] = build.COUNTY
        words += [part for name, value in given.items() for part in ("--with", f"{name}={value}")]
        self.said.readouterr()
        assert cli.main(words) in (0, 1)
        return str(self.said.readouterr().out)
