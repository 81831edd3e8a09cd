"""The law for everybody: what applies where and since when, the instruments, a case explained. Read only."""

from __future__ import annotations

from hutong.channels.finding import register_finder
from hutong.channels.sheet import page
from hutong.lawbook import book, explain, rule
from hutong.lawbook.found import law_found

page("law/", name="law.book", title=("适用规定", "What applies"), area="law", rank=10)(book.book_page)
page("law/acts/", name="law.acts", title=("文件登记", "Instruments"), area="law", rank=20)(book.acts_page)
page("law/acts/<slug:act>/", name="law.act", area="law")(book.act_page)
page("law/rules/<str:name>/", name="law.rule", area="law")(rule.rule_page)
page("law/explain/", name="law.explain", title=("逐条说明", "Explain a case"), area="law", rank=30)(
    explain.explain_page
)
register_finder("law", ("政策依据", "The law"), law_found, area="law")
