"""Law files as read: YAML nodes that remember file and line, so that every refusal can name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml

from ..language import Label
from .conventions import Currency
from .errors import ExprError, LawError, Mark, Said, nearest
from .kinds import Kind, Value, read_date, read_value

T = TypeVar("T")
KEEP_ONE = Label("请只保留一处。", "Keep one of the two.")


class Node:
    """One YAML node. Values are taken as text: no float, date or boolean is guessed by YAML."""

    def __init__(self, raw: yaml.Node, file: str) -> None:
        self.raw = raw
        self.mark = Mark(file, raw.start_mark.line + 1)

    def refuse(self, what: Said, remedy: Said) -> LawError:
        """An error at this line, to be raised by the caller."""
        return LawError(self.mark, what, remedy)

    @property
    def empty(self) -> bool:
        """Written as null, ~ or nothing."""
        return isinstance(self.raw, yaml.ScalarNode) and self.raw.tag == "tag:yaml.org,2002:null"

    @property
    def is_list(self) -> bool:
        return isinstance(self.raw, yaml.SequenceNode)

    def text(self) -> str:
        """A non-empty scalar."""
        if not isinstance(self.raw, yaml.ScalarNode) or self.empty or not self.raw.value.strip():
            raise self.refuse(
                ("此处应为文字", "a text is expected here"), ("请在本行写一个值。", "Write one value on this line.")
            )
        return str(self.raw.value).strip()

    def items(self) -> list[Node]:
        """The members of a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            raise self.refuse(
                ("此处应为列表", "a list is expected here"),
                ("每项以短横线开头，或写成 [a, b]。", "Start each member with a dash or use [a, b]."),
            )
        return [Node(item, self.mark.file) for item in self.raw.value]

    def texts(self) -> tuple[str, ...]:
        """A list of texts, or one text."""
        if isinstance(self.raw, yaml.ScalarNode):
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """Keys and values of a mapping, those taken over with `<<: *name` last; a key written twice is refused."""
        if not isinstance(self.raw, yaml.MappingNode):
            raise self.refuse(
                ("此处应为“键: 值”", "a mapping is expected here"), ("请写成 key: value。", "Write 'key: value'.")
            )
        seen: set[str] = set()
        shared: list[Node] = []
        for key, value in self.raw.value:
            name = str(key.value)
            if name == "<<":
                shared.append(Node(value, self.mark.file))
                continue
            if name in seen:
                raise Node(key, self.mark.file).refuse((f"“{name}”写了两次", f"'{name}' is written twice"), KEEP_ONE)
            seen.add(name)
            yield name, Node(value, self.mark.file)
        for node in shared:
            yield from ((name, value) for name, value in node.pairs() if name not in seen)

    def fields(self, required: str, optional: str = "") -> dict[str, Node]:
        """A mapping with exactly these keys (space separated); unknown and lacking ones are refused."""
        need, may = required.split(), optional.split()
        found = dict(self.pairs())
        for name, node in found.items():
            if name not in need and name not in may:
                raise node.refuse((f"未知的键“{name}”", f"unknown key '{name}'"), nearest(name, [*need, *may]))
        for name in need:
            if name not in found:
                raise self.refuse(
                    (f"缺少“{name}”", f"'{name}' is missing"), (f"请在此补上“{name}:”。", f"Add '{name}:' here.")
                )
        return found

    def read(self, reader: Callable[[str], T]) -> T:
        """The text through a reader; its complaint gets this file and line."""
        try:
            return reader(self.text())
        except ExprError as error:
            raise self.refuse(error.what, error.remedy) from error

    def date(self) -> date:
        """An ISO date."""
        return self.read(read_date)

    def value(self, kind: Kind, currency: Currency) -> Value:
        """A value of a kind; null is None."""
        return None if self.empty else self.read(lambda text: read_value(kind, text, currency))

    def whole(self) -> int:
        """A whole number."""
        return self.read(_whole)


def _whole(text: str) -> int:
    if not text.lstrip("-").isdigit():
        raise ExprError(
            (f"此处应为整数，却是“{text}”", f"'{text}' stands where a whole number belongs"),
            ("只写半角数字。", "Write digits only."),
        )
    return int(text)


def decoded(raw: bytes) -> str:
    """A text as programs in China save it: UTF-8, UTF-16 with its mark, or GB 18030. ValueError where it is none."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            found = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise ValueError("neither UTF-8 nor GB 18030")


def read_folder(folder: Path) -> list[tuple[str, Node]]:
    """(section, node) of every YAML file below the folder, its own files before those of its folders, by name."""
    sections: list[tuple[str, Node]] = []
    files = (path for path in folder.rglob("*.yaml") if path.is_file())
    for path in sorted(files, key=lambda path: (len(path.parts), path)):
        sections.extend(read_file(path, path.relative_to(folder).as_posix()).pairs())
    return sections


def read_file(path: Path, shown: str) -> Node:
    """The top mapping of one file."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        encoding = ("文件不是 UTF-8 编码", "the file is not in UTF-8")
        raise LawError(Mark(shown, 1), encoding, ("请另存为 UTF-8。", "Save it as UTF-8.")) from error
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        line = at.line + 1 if at else 1
        problem = getattr(error, "problem", None) or getattr(error, "reason", error)
        what = (f"不是合格的 YAML：{problem}", f"not readable as YAML: {problem}")
        remedy = ("请检查缩进、引号和括号。", "Check indentation, quotes and brackets.")
        raise LawError(Mark(shown, line), what, remedy) from error
    if not isinstance(root, yaml.MappingNode):
        what = ("文件没有任何部分", "the file has no sections")
        raise LawError(Mark(shown, 1), what, ("以“rules:”等部分开头。", "Start with a section such as 'rules:'."))
    return Node(root, shown)
