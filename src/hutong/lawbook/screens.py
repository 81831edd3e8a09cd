"""The law for everybody: what applies where and since when, the instruments, a case explained. Read only."""

from __future__ import annotations

from hutong.channels.sheet import page
from hutong.lawbook import book, explain, rule

page("law/", name="law.book", title=("政策依据", "The law"), menu=80)(book.book_page)
page("law/acts/", name="law.acts")(book.acts_page)
page("law/acts/<slug:act>/", name="law.act")(book.act_page)
page("law/rules/<str:name>/", name="law.rule")(rule.rule_page)
page("law/explain/", name="law.explain")(explain.explain_page)
