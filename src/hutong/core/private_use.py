"""Characters that older Chinese systems wrote in Unicode's private use area, and their standard twins.

GBK and GB 18030-2000 had characters that Unicode did not have yet and gave them private use code points; Unicode 3.0
to 4.1 took all of them in, GB 18030-2005 and GB 18030-2022 moved their codes to the standard ones. The code points from
U+E766 on were set by the standard itself; those before belong to its users, so that what one of them means, only the
system that wrote it knows: they have no twin here. Pure Python.
"""

from __future__ import annotations

_GBK = (  # U+E815 to U+E864: codes FE50 to FEA0, in the order of the standard
    "\u2e81\U00020087\U00020089\U000200cc\u2e84\u3473\u3447\u2e88\u2e8b\u9fb4\u359e\u361a\u360e\u2e8c\u2e97\u396e"
    "\u3918\u9fb5\u39cf\u39df\u3a73\u39d0\u9fb6\u9fb7\u3b4e\u3c6e\u3ce0\u2ea7\U000215d7\u9fb8\u2eaa\u4056"
    "\u415f\u2eae\u4337\u2eb3\u2eb6\u2eb7\U0002298f\u43b1\u43ac\u2ebb\u43dd\u44d6\u4661\u464c\u9fb9\u4723"
    "\u4729\u477c\u478d\u2eca\u4947\u497a\u497d\u4982\u4983\u4985\u4986\u499f\u499b\u49b7\u49b6\u9fba"
    "\U000241fe\u4ca3\u4c9f\u4ca0\u4ca1\u4c77\u4ca2\u4d13\u4d14\u4d15\u4d16\u4d17\u4d18\u4d19\u4dae\u9fbb"
)
_LETTERS = {0xE7C7: "\u1e3f", 0xE7C8: "\u01f9"}  # ḿ and ǹ of pinyin: codes A8BC and A8BF
_MARKS = "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19"  # U+E78D to U+E796: marks of vertical text
_TWINS = dict(enumerate(_GBK, 0xE815)) | dict(enumerate(_MARKS, 0xE78D)) | _LETTERS


def standard(text: str) -> str:
    """The text with every private use character that has a standard twin replaced by it; the others stay."""
    return text if text.isascii() else text.translate(_TWINS)
