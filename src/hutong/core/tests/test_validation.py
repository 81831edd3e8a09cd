"""What is wrong with an input, in words that say what is wanted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation
from pydantic import Field, ValidationError

from hutong.core.inputs import Given
from hutong.core.validation import by_field, messages_of


class Asked(Given):
    """One field for each way to be wrong."""

    why: str = Field("long enough", min_length=4, max_length=20)
    name: str = Field("x", min_length=1)
    code: str = Field("12", pattern=r"^\d+$")
    places: list[int] = Field([1], min_length=1, max_length=2)
    parts: list[int] = Field([1, 2], min_length=2)
    at: datetime | None = None


WRONG: list[tuple[str, Any, str, str]] = [
    ("why", "no", "至少 4 个字", "at least 4 characters"),
    ("why", "", "至少 4 个字", "at least 4 characters"),
    ("why", "x" * 21, "最多 20 个字", "at most 20 characters"),
    ("name", " ", "不能为空", "must not be empty"),
    ("code", "no number", "写法不符合要求", "not written in the form"),
    ("places", [], "不能为空", "must not be empty"),
    ("places", [1, 2, 3], "最多 2 项", "at most 2"),
    ("parts", [1], "至少 2 项", "at least 2"),
    ("at", "soon", "不是日期和时间", "not a date with its time"),
]


@pytest.mark.parametrize(("field", "value", "zh", "en"), WRONG)
def test_each_finding_says_what_is_wanted(field: str, value: Any, zh: str, en: str) -> None:
    with pytest.raises(ValidationError) as found:
        Asked.model_validate({field: value})
    for language, words in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert words in by_field(messages_of(found.value, Asked))[field]
