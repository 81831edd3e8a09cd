"""Names as people write them, and the keys by which they are found again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hutong.people.queries import keys
from hutong.people.queries.names import MAX_LENGTH, read_name, split_name
from hutong.people.terms import NameFlag, NameProblem


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提 ・ 吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("  田　小禾 ", "田小禾"),
        ("'田小禾", "田小禾"),
        ("Ａｎｎａ Ｍüller", "Anna Müller"),
        ("J. Smith", "J. Smith"),
        ("田\u200b小禾", "田小禾"),
        ("䶮㛃𠅤", "䶮㛃𠅤"),
        ("\uf9e7小", "\uf9e7小"),
    ],
)
def test_names_are_repaired_not_changed(typed: str, kept: str) -> None:
    name = read_name(typed)
    assert (name.text, name.problems) == (kept, ())


def test_a_name_of_sixty_characters_is_kept() -> None:
    long = "阿卜杜" * 16 + "·" + "热西提阿吉汗帕夏"
    assert len(long) > 50
    assert read_name(long) == read_name(read_name(long).text)
    assert read_name(long).text == long


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("禾" * (MAX_LENGTH + 1), NameProblem.TOO_LONG),
        ("田小禾😀", NameProblem.NOT_LETTERS),
        ("=cmd|' /C calc'!A0", NameProblem.NOT_LETTERS),
        ("20150615", NameProblem.NO_LETTER),
    ],
)
def test_what_is_no_name_is_refused_by_kind(typed: str, problem: NameProblem) -> None:
    assert problem in read_name(typed).problems


@pytest.mark.parametrize("typed", [None, "", "  ", "未取名", "无", "不详", "Unknown"])
def test_a_child_may_have_no_name(typed: str | None) -> None:
    assert read_name(typed).text == ""


def test_the_newest_extensions_of_han_are_letters_of_names() -> None:
    for char in ("\U0002ebf0", "\U00031350", "\U000323af"):
        assert read_name(f"田{char}").problems == ()
        assert read_name(char).problems == ()


def test_a_private_use_character_is_kept_as_typed_and_compared_as_its_twin() -> None:
    assert read_name("田\ue863").text == "田\ue863"
    assert keys.name_keys("田\ue863") == keys.name_keys("田䶮")
    assert keys.name_keys("田\ue000") != keys.name_keys("田䶮")
    assert ("name", keys.name_keys("田\ue863").name) in keys.typed_keys("田䶮")


def test_rare_and_private_characters_are_flagged() -> None:
    assert NameFlag.RARE in read_name("田𠅤").flags
    assert NameFlag.PRIVATE_USE in read_name("田\ue000").flags
    assert NameFlag.PLACEHOLDER in read_name("未取名").flags


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        ("欧阳娜", "欧阳", "娜"),
        ("歐陽娜", "歐陽", "娜"),
        ("田禾", "田", "禾"),
        ("欧阳", "欧", "阳"),
        ("侯莫陈云", "侯莫陈", "云"),
        ("买买提·吐尔逊", "吐尔逊", "买买提"),
        ("Anna Maria Stein", "Stein", "Anna Maria"),
        ("禾", "", "禾"),
    ],
)
def test_surname_and_given_name(name: str, surname: str, given: str) -> None:
    assert split_name(name) == (surname, given)


@pytest.mark.parametrize(
    ("stored", "typed", "field"),
    [
        ("張偉龍", "张伟龙", "name"),
        ("欧阳娜", "歐陽娜", "name"),
        ("王小明", "小明王", "swapped"),
        ("吐尔逊·买买提", "买买提·吐尔逊", "swapped"),
        ("Anna Müller", "Muller Anna", "swapped"),
        ("章晓鸣", "张小明", "pinyin"),
        ("李月", "李乐", "pinyin"),
        ("臧宁", "张灵", "fuzzy"),
        ("陈星", "程新", "fuzzy"),
        ("李小禾", "田小禾", "given"),
        ("李晓禾", "田小和", "given_sound"),
        ("田小禾", "唐雪花", "initials"),
    ],
)
def test_the_same_person_spelled_otherwise_is_found(stored: str, typed: str, field: str) -> None:
    kept = getattr(keys.name_keys(stored), "name" if field == "swapped" else field)
    assert kept in getattr(keys.name_probes(typed), field)


def test_surnames_have_their_own_reading() -> None:
    assert keys.name_keys("单雄").pinyin == keys.name_keys("善雄").pinyin
    assert keys.name_keys("单雄").pinyin != keys.name_keys("丹雄").pinyin
    assert keys.name_keys("尉迟云").pinyin == keys.name_keys("玉池云").pinyin


def test_qian_is_not_gan() -> None:
    assert keys.name_keys("李乾").name != keys.name_keys("李干").name


def test_an_unnamed_child_equals_nobody() -> None:
    assert keys.name_keys("") == keys.NameKeys()
    assert keys.name_probes("") == keys.NameProbes()


@pytest.mark.parametrize(
    ("name", "typed"),
    [("田小禾", "田小禾"), ("田小禾", "小禾"), ("田小禾", "tianxiaohe"), ("田小禾", "Tian Xiaohe"), ("田小禾", "txh"),
     ("曾宁", "zenglin"), ("章小禾", "张小禾"), ("Anna Müller", "anna muller")],
)  # fmt: skip
def test_a_search_box_finds_the_child(name: str, typed: str) -> None:
    stored = keys.name_keys(name)
    assert any(getattr(stored, field) == key for field, key in keys.typed_keys(typed))


def test_pinyin_is_cut_into_syllables() -> None:
    assert keys.split_pinyin("zhangxiaoming") == ["zhang", "xiao", "ming"]
    assert keys.split_pinyin("xyz") == ["xyz"]


IDENTITY = "999901201506150027"


@pytest.mark.random
@given(at=st.integers(0, 17), digit=st.sampled_from("0123456789X"))
@settings(max_examples=60, deadline=None)
def test_one_wrong_digit_leaves_something_in_common(at: int, digit: str) -> None:
    wrong = IDENTITY[:at] + digit + IDENTITY[at + 1 :]
    assert set(keys.near_texts(IDENTITY)) & set(keys.near_texts(wrong))


def test_every_exchange_of_neighbours_is_tried() -> None:
    for i in range(17):
        turned = IDENTITY[:i] + IDENTITY[i + 1] + IDENTITY[i] + IDENTITY[i + 2 :]
        assert turned == IDENTITY or IDENTITY in keys.exchanged(turned)


def test_twins_do_not_share_a_near_number() -> None:
    first, second = "999901201506150027", "999901201506150035"
    assert not set(keys.near_texts(first)) & set(keys.near_texts(second))


@pytest.mark.random
@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_failing_and_repair_is_stable(text: str) -> None:
    name = read_name(text)
    assert read_name(name.text).text == name.text
    keys.name_keys(name.text)
    keys.typed_keys(text)
