"""Corrections: where this law was read otherwise before, and since when it has been read as now."""

from __future__ import annotations

from collections.abc import Mapping

from ..language import Label
from .errors import nearest
from .load_limits import LimitLoader
from .model import Correction
from .source import Node


class CorrectionLoader(LimitLoader):
    """Reads the corrections; what they name must exist."""

    def corrections(self, node: Node) -> None:
        for item in node.items():
            parts = item.fields("correction zh en found from before now", "to rules limits act article evidence note")
            name = self.new(self.law.corrections, parts["correction"])
            rules = self.corrected(parts.get("rules"), self.law.rules)
            limits = self.corrected(parts.get("limits"), self.law.limits)
            if not rules and not limits:
                raise item.refuse(
                    ("没有写明更正了什么", "nothing that was corrected is named"),
                    ("请补上“rules:”或“limits:”。", "Add 'rules:' or 'limits:'."),
                )
            self.law.corrections[name] = Correction(
                name,
                Label(parts["zh"].text(), parts["en"].text()),
                parts["found"].date(),
                parts["from"].date(),
                parts["to"].date() if "to" in parts else None,
                rules,
                limits,
                self.title(parts["before"]),
                self.title(parts["now"]),
                self.basis(item, parts),
                item.mark,
            )

    def corrected(self, node: Node | None, known: Mapping[str, object]) -> tuple[str, ...]:
        """Names of rules or limits; 'parent.x' stands for that rule of each person."""
        if node is None:
            return ()
        found: list[str] = []
        for name in node.texts():
            group, _, rest = name.partition(".")
            found += [f"{member}.{rest}" for member in self.law.persons.get(group, ())] or [name]
        for name in found:
            if name not in known:
                raise node.refuse((f"没有“{name}”", f"no '{name}'"), nearest(name, known))
        return tuple(found)
