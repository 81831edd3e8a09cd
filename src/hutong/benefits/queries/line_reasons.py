"""What the reason code of a payment line says, in the words the law had when the line was written.

A code is `<basis>.<bits>`: the basis of the award it rests on (why the child is recognised stands in its determination)
and, in hexadecimal, which reasons of the sum hold. What each bit means is kept with the figures the line names, so a
code expands to the same words years later, whatever has become of the law.
"""

from __future__ import annotations

from typing import Any

from hutong.money.models import Line


def reasons_of(line: Line) -> list[dict[str, Any]]:
    """The reasons of a line's sum (code, zh, en, articles); none where an officer fixed the sum."""
    _basis, _, bits = line.reason_code.partition(".")
    if not bits or line.parameter_set is None:
        return []
    held = int(bits, 16)
    return [said for at, said in enumerate(line.parameter_set.content.get("reasons", ())) if held >> at & 1]
