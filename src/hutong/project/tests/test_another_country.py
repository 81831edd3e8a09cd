"""Another country with a language of its own: files alone, not a line of code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hutong.law import language
from hutong.law.tests.test_elsewhere import FILES
from hutong.project.assets import compile_catalogues

ASKED = """
import json, sys
from datetime import UTC, date, datetime
from pathlib import Path
from hutong.law.jurisdiction import FOLDERS
from hutong.law.tests import test_elsewhere

FOLDERS["xb"] = Path(sys.argv[1])
sys.modules["hutong.law.xb"] = test_elsewhere.Elsewhere()
import django
django.setup()

from django.conf import settings
from django.utils import translation
from hutong.channels.content import Fen
from hutong.channels.words import amount, words
from hutong.core.action import ACTIONS
from hutong.core.jurisdiction import law, money_example
from hutong.core.terms import Label, TaskState
from hutong.core.viewer import system_viewer
from hutong.people.models import Child

late = datetime(2026, 10, 1, 18, 30, tzinfo=UTC)
decided = law().decide({"age": 3, "alone": True}, date(2026, 10, 1), "XB")
lang = "bo"
translation.activate(lang)
print(json.dumps({
    "zone": settings.TIME_ZONE,
    "languages": settings.LANGUAGES,
    "first": settings.LANGUAGE_CODE,
    "moment": words(late, lang),
    "today": system_viewer("night", now=late).today.isoformat(),
    "amount": amount(decided.values["amount"], "Sum", lang),
    "headed": amount(decided.values["amount"], "Sum (dinar)", lang),
    "typed": money_example(),
    "term": TaskState.OPEN.label(lang),
    "message": words(True, lang),
    "label": Label("姓名", "Name").text(lang),
    "action": ACTIONS["people.register_child"].title.text(lang),
    "programme": law().law.programmes["shelter"].title.text(lang),
    "reason": decided.reasons[0].says.text(lang),
    "fact": law().law.facts["alone"].title.text(lang),
    "wording in no catalogue": Label("没有", "nowhere").text(lang),
}))
"""
CATALOGUES = {
    "locale": {"待办": "OPEN-BO", "yes": "YES-BO", "姓名": "NAME-BO", "Register a child": "REGISTER-BO"},
    "law/locale": {"庇护": "SHELTER-BO", "alone before {adult_age}": "YOUNG-{adult_age}-BO", "dinar": "DINAR-BO"},
}


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """The law of the invented country, and catalogues of a language that the product does not have."""
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "country.yaml").write_text(FILES, encoding="utf-8")
    for folder, messages in CATALOGUES.items():
        file = tmp_path / folder / "bo" / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True)
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        file.write_text(head + "".join(f'\nmsgid "{one}"\nmsgstr "{other}"\n' for one, other in messages.items()))
    assert compile_catalogues(tmp_path) == 2
    return tmp_path


@pytest.fixture
def answers(country: Path) -> dict[str, Any]:
    """What an installation of that country says."""
    environment = os.environ | {"HUTONG_JURISDICTION": "xb", "HUTONG_LOCALES": str(country / "locale")}
    done = subprocess.run(
        [sys.executable, "-c", ASKED, country / "law"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_amounts_moments_and_words_are_those_of_the_country_and_its_language(answers: dict[str, Any]) -> None:
    """Midnight in Kathmandu has passed; the dinar has three decimals; what no catalogue has is in English."""
    assert answers == {
        "zone": "Asia/Kathmandu",
        "languages": [["en", "English"], ["zh-hans", "中文"], ["bo", "བོད་སྐད་"]],
        "first": "en",
        "moment": "2026-10-02 00:15",
        "today": "2026-10-02",
        "amount": "20.125 DINAR-BO",
        "headed": "20.125",
        "typed": "1234.500",
        "term": "OPEN-BO",
        "message": "YES-BO",
        "label": "NAME-BO",
        "action": "REGISTER-BO",
        "programme": "SHELTER-BO",
        "reason": "YOUNG-16-BO",
        "fact": "lives alone",
        "wording in no catalogue": "nowhere",
    }


@pytest.mark.django_db
def test_a_page_is_answered_in_a_language_of_files_alone(
    country: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_folders", [*language._folders])
    settings.LOCALE_PATHS = [country / "locale"]
    settings.LANGUAGES = [*settings.LANGUAGES, ("bo", "བོད་སྐད་"), ("ug", "ئۇيغۇرچە")]
    language.read_also(country / "locale")
    page = Client().get("/login/", headers={"accept-language": "bo"}).content.decode()
    assert '<html lang="bo" class="size-standard" dir="ltr">' in page
    assert 'value="bo" lang="bo" class="btn" aria-pressed="true">བོད་སྐད་<' in " ".join(page.split())
