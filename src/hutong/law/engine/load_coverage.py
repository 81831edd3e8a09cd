"""Coverage: what each instrument regulates, and where each of these things stands in the rules, or why it does not."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ..language import Label
from .errors import nearest
from .load_corrections import CorrectionLoader
from .model import SUBJECT_KINDS, Coverage, Covered, Subject
from .source import Node

ONE_OF_TWO = Label("请写“stands:”或“because:”之一。", "Write one of 'stands:' and 'because:'.")


class CoverageLoader(CorrectionLoader):
    """Reads subjects, then the tables of the instruments; what they name must exist."""

    def subjects(self, node: Node) -> None:
        for kind, members in node.pairs():
            if kind not in SUBJECT_KINDS:
                raise members.refuse((f"未知的类别“{kind}”", f"unknown kind '{kind}'"), nearest(kind, SUBJECT_KINDS))
            for name, label in members.pairs():
                self.law.subjects[name] = Subject(name, kind, self.title(label))

    def coverage(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("act covers", "unread")
            act = self.new(self.law.coverage, parts["act"])
            if act not in self.law.instruments:
                unknown = (f"未知的文件“{act}”", f"unknown instrument '{act}'")
                raise parts["act"].refuse(unknown, nearest(act, self.law.instruments))
            rows = tuple(self.covered(row) for row in parts["covers"].items())
            self.law.coverage[act] = Coverage(act, rows, self.text(parts, "unread"), item.mark)

    def covered(self, row: Node) -> Covered:
        """One row: the things it names, then where they stand or why they do not."""
        parts = row.fields("what", "at stands because")
        subjects = parts["what"].texts()
        for name in subjects:
            if name not in self.law.subjects:
                raise parts["what"].refuse((f"没有“{name}”", f"no '{name}'"), nearest(name, self.law.subjects))
        if ("stands" in parts) is ("because" in parts):
            raise row.refuse(("须写明载于何处或为何未载入", "neither where it stands nor why not, or both"), ONE_OF_TWO)
        stands = self.standing(parts["stands"]) if "stands" in parts else ()
        article = parts["at"].text() if "at" in parts else ""
        return Covered(
            tuple(self.law.subjects[name] for name in subjects), article, stands, self.text(parts, "because")
        )

    def standing(self, node: Node) -> tuple[str, ...]:
        """Names of rules, limits, figures and programmes; 'parent.x' and 'adopt.*' stand for all that they match."""
        law = self.law
        known = [*law.rules, *law.limits, *law.parameters, *law.programmes]
        found: list[str] = []
        for name in node.texts():
            matching = [match for pattern in self.patterns(name) for match in known if fnmatchcase(match, pattern)]
            if not matching:
                raise node.refuse((f"没有“{name}”", f"no '{name}'"), nearest(name, known))
            found += matching
        return tuple(dict.fromkeys(found))

    def patterns(self, name: str) -> Iterable[str]:
        """The same name for each person of a group."""
        group, _, rest = name.partition(".")
        return [f"{member}.{rest}" for member in self.law.persons.get(group, ())] or [name]
