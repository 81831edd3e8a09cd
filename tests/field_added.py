"""Run by test_one_field in a copy of the tree to which a fact of the child was added: prints where it is found."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django comes first
from django.db import transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from hutong.channels.api.app import sent  # noqa: E402
from hutong.channels.api.shapes import record_shape  # noqa: E402
from hutong.channels.sheet import SHEETS  # noqa: E402
from hutong.channels.tables import write_xlsx  # noqa: E402
from hutong.core import clock_time  # noqa: E402
from hutong.core import viewer as viewer_module  # noqa: E402
from hutong.core.audit import guard  # noqa: E402
from hutong.core.models import User  # noqa: E402
from hutong.core.viewer import Viewer, acting  # noqa: E402
from hutong.people import actions  # noqa: E402
from hutong.people.actions.importing import HEADINGS  # noqa: E402
from hutong.people.models import Child  # noqa: E402
from hutong.people.tests import build  # noqa: E402

NAME, ZH, EN = sys.argv[1:4]
VALUE, OTHER = "小石头", "小豆子"


def browser(viewer: Viewer) -> Client:
    """Signed in as the viewer."""
    user = User.objects.get(pk=viewer.user_id)
    posts[user.pk] = viewer
    client = Client()
    client.force_login(user)
    return client


def shows(page: str, *texts: str) -> bool:
    """Are the texts words of the page, and not merely somewhere in its addresses?"""
    words = re.sub(r"<[^>]+>", " ", page)
    return all(text in words for text in texts)


def found() -> dict[str, Callable[[], bool]]:
    """The ten places, each with how it is looked at."""
    officer = build.officer()
    chinese, english = browser(officer), browser(build.worker(locale="en"))
    kept = build.child(**{NAME: VALUE})
    other = build.child(name="王一诺", birth_date=date(2012, 2, 2), **{NAME: OTHER})
    empty = build.child(name="李二木", birth_date=date(2013, 3, 3))

    def page(client: Client, address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def kept_of(**named: Any) -> Any:
        with acting(officer):
            return getattr(Child.objects.get(**named), NAME)

    def corrected() -> bool:
        form = page(chinese, f"/people/action/correct_child/{kept.pk}/")
        actions.correct_child(officer, kept.pk, {NAME: OTHER})
        return f'name="{NAME}"' in form and VALUE in form and kept_of(pk=kept.pk) == OTHER

    def imported() -> bool:
        heads = [h.title.zh for h in HEADINGS]
        row = {"姓名": "赵三禾", "出生日期": date(2014, 4, 4), "实际居住地": "999901101201", ZH: VALUE}
        data = write_xlsx(heads, [[row.get(head, "") for head in heads]])
        actions.import_children(officer, {"file": {"name": "x.xlsx", "data": data}})
        return kept_of(name="赵三禾") == VALUE

    def merged() -> bool:
        actions.merge_children(officer, empty.pk, {"merged_no": other.child_no, "why": "同一儿童"})
        return kept_of(pk=empty.pk) == OTHER

    def over_the_wire() -> bool:
        with acting(officer):
            one = sent(SHEETS["people.child"], officer, [kept])[0]
        return NAME in record_shape(SHEETS["people.child"]).model_fields and one[NAME] == VALUE

    def too_long() -> bool:
        answer = chinese.post("/people/action/register_child/", {NAME: "长" * 500, "actual_id": kept.actual_id})
        return answer.status_code == 422 and f'id="f-{NAME}-error"' in answer.content.decode()

    return {
        "form": lambda: f'name="{NAME}"' in page(chinese, "/people/action/register_child/") and too_long(),
        "page": lambda: shows(page(chinese, f"/people/child/{kept.pk}/"), ZH, VALUE),
        "list": lambda: shows(page(chinese, "/people/child/?all=1"), ZH, VALUE),
        "api": over_the_wire,
        "export": lambda: all(t in page(chinese, "/people/child/?all=1&format=csv") for t in (ZH, VALUE)),
        "both languages": lambda: shows(page(english, f"/people/child/{kept.pk}/"), EN, VALUE),
        "correction": corrected,
        "history": lambda: shows(page(chinese, f"/people/child/{kept.pk}/").split("timeline")[-1], ZH, VALUE, OTHER),
        "import": imported,
        "merge": merged,
    }


posts: dict[int, Any] = {}
call_command("migrate", database="owner", verbosity=0)
guard.fortify()
clock_time.now = lambda: build.NOW  # type: ignore[assignment]
viewer_module.register_loader(lambda user_id, post_id, moment: posts.get(user_id))
with override_settings(ALLOWED_HOSTS=["*"]), transaction.atomic():
    print(",".join(sorted(place for place, look in found().items() if look())))  # noqa: T201 - read by the test
