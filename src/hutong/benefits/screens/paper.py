"""What leaves the screen: notices and forms as PDF, monthly changes and nameless counts as spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hutong.benefits.access import APPLY, EXPORT, OFFICES
from hutong.benefits.models import Application, Award, Determination, Hearing
from hutong.benefits.queries.due import turns
from hutong.benefits.queries.exports import export_monthly_changes, export_public_counts, public_counts
from hutong.benefits.queries.notices import application_form, hearing_pdf, notice_pdf, of_age_pdf
from hutong.benefits.terms import AwardState, Category
from hutong.channels.content import Body, Fact, Facts, Link, Note, Rows
from hutong.channels.print.paper import by_hand
from hutong.channels.reading import found_in
from hutong.channels.sheet import Panel, page, page_url, panel
from hutong.channels.web.frame import show, viewer_of
from hutong.core import places
from hutong.core.access import shown
from hutong.core.errors import NotFound
from hutong.core.terms import Label
from hutong.core.viewer import Viewer
from hutong.org.models import Division
from hutong.people.queries.children import child_behind

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file as an answer: a PDF is shown, a spreadsheet is saved; nothing of it stays behind on the way."""
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(kind != PDF, name) or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response


@page("benefits/notice/<int:decision_id>/", name="benefits.notice", roles=OFFICES, title=("通知书", "Notice"))
def notice_page(request: HttpRequest, decision_id: int) -> HttpResponse:
    """The notice of a decision as PDF."""
    viewer = viewer_of(request)
    decision = found_in(Determination, viewer, decision_id, "benefits.notice")
    return file_answer(notice_pdf(viewer, decision), f"{decision.document_no}.pdf", PDF)


@page("benefits/form/<int:application_id>/", name="benefits.form", roles=APPLY, title=("申请表", "Application form"))
def form_page(request: HttpRequest, application_id: int) -> HttpResponse:
    """The application as a paper form."""
    viewer = viewer_of(request)
    application = found_in(Application, viewer, application_id, "benefits.form")
    return file_answer(
        application_form(viewer, application), f"申请表{application.receipt_no or application.pk}.pdf", PDF
    )


@page(
    "benefits/hearing_notice/<int:hearing_id>/",
    name="benefits.hearing_notice",
    roles=OFFICES,
    title=("告知书", "Letter"),
)
def hearing_page(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """What is put to the payee, as PDF."""
    viewer = viewer_of(request)
    hearing = found_in(Hearing, viewer, hearing_id, "benefits.hearing_notice")
    return file_answer(hearing_pdf(viewer, hearing), f"告知书{hearing.pk}.pdf", PDF)


@page("benefits/of_age/<int:award_id>/", name="benefits.of_age", roles=OFFICES, title=("到期提示书", "Coming of age"))
def of_age_page(request: HttpRequest, award_id: int) -> HttpResponse:
    """What the family is told before the eighteenth birthday, as PDF."""
    viewer = viewer_of(request)
    award = found_in(Award, viewer, award_id, "benefits.of_age")
    return file_answer(of_age_pdf(viewer, award), f"到期提示书{award.pk}.pdf", PDF)


def _place(request: HttpRequest, viewer: Viewer) -> Division:
    raw = request.GET.get("place_id", "")
    place_id = int(raw) if raw.isdigit() and len(raw) < 19 else viewer.place_id
    place = Division.objects.filter(pk=place_id or 0).first()
    if place is None or not viewer.reaches(place.key):
        raise NotFound()
    return place


def _month(request: HttpRequest, viewer: Viewer) -> date:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return viewer.today.replace(day=1)


@page(
    "benefits/exports/",
    name="benefits.exports",
    roles=EXPORT,
    title=("变动表与公开统计", "Exports"),
    area="figures",
    rank=10,
)
def exports_page(request: HttpRequest) -> HttpResponse:
    """Choose place and month; see what would be published."""
    viewer = viewer_of(request)
    place, month = _place(request, viewer), _month(request, viewer)
    heads = [Label("地区", "Place"), *Category, Label("合计", "Total")]
    rows = [[r.name, *("<3" if n is None else n for n in r.counts), "<3" if r.total is None else r.total]
            for r in public_counts(place)]  # fmt: skip
    context = {
        "place_id": place.pk,
        "place_name": places.name(place.pk, viewer.locale),
        "month": f"{month:%Y-%m}",
        "counts": Rows(heads, rows[:-1], total=rows[-1], numeric=frozenset(range(1, len(heads)))),
    }
    return show(request, "benefits/exports.html", context, title=_("Monthly changes and published figures"))


@page("benefits/exports/changes/", name="benefits.changes", roles=EXPORT, title=("月度变动表", "Monthly changes"))
def changesfile_answer(request: HttpRequest) -> HttpResponse:
    """The month's additions, changes and removals for the national system."""
    viewer = viewer_of(request)
    place, month = _place(request, viewer), _month(request, viewer)
    return file_answer(export_monthly_changes(viewer, place.key, month), f"变动表{place.short}{month:%Y-%m}.xlsx", XLSX)


@page("benefits/exports/public/", name="benefits.public", roles=EXPORT, title=("公开统计", "Published figures"))
def publicfile_answer(request: HttpRequest) -> HttpResponse:
    """Counts that name nobody."""
    place = _place(request, viewer_of(request))
    return file_answer(export_public_counts(place), f"公开统计{place.short}.xlsx", XLSX)


def _by_hand(viewer: Viewer, *fields: tuple[Model, str]) -> list[Note]:
    """Which characters of fields this viewer reads stand on the paper as boxes."""
    return by_hand(*(str(shown(viewer, record, name) or "") for record, name in fields))


def notice_panel(viewer: Viewer, decision: Determination) -> Sequence[Body]:
    """The way to the notice on paper."""
    link = Link(
        Label("打印通知书（PDF）", "Print the notice (PDF)"), page_url("benefits.notice", decision_id=decision.pk)
    )
    child = (decision.child, "name")
    by_pen = _by_hand(viewer, child, (decision, "addressee"), (decision, "reasons"))
    return [Facts([Fact(Label("通知书", "Notice"), link)]), *by_pen]


def of_age_panel(viewer: Viewer, award: Award) -> Sequence[Body] | None:
    """When the child comes of age, and the way to the letter that tells the family."""
    child = child_behind(award)
    if child is None or child.birth_date is None or award.state == AwardState.ENDED:
        return None
    birthday = turns(child.birth_date)
    if birthday <= viewer.today:
        return None
    words = Label("打印到期提示书（PDF）", "Print the letter (PDF)")
    link = Link(words, page_url("benefits.of_age", award_id=award.pk))
    facts = Facts([Fact(Label("年满18周岁", "Turns 18"), birthday), Fact(Label("告知家庭", "Tell the family"), link)])
    payee = [(award.order.payee, "name")] if award.order else []
    return [facts, *_by_hand(viewer, (child, "name"), *payee)]


def hearing_panel(viewer: Viewer, hearing: Hearing) -> Sequence[Body]:
    """The way to the letter on paper."""
    link = Link(
        Label("打印告知书（PDF）", "Print the letter (PDF)"), page_url("benefits.hearing_notice", hearing_id=hearing.pk)
    )
    by_pen = _by_hand(viewer, (hearing.child, "name"), (hearing, "told_whom"), (hearing, "reasons"))
    return [Facts([Fact(Label("告知书", "Letter"), link)]), *by_pen]


def form_panel(viewer: Viewer, application: Application) -> Sequence[Body]:
    """The way to the form on paper."""
    link = Link(
        Label("打印申请表（PDF）", "Print the form (PDF)"), page_url("benefits.form", application_id=application.pk)
    )
    child, asked = application.child, (application, "statement")
    by_pen = _by_hand(viewer, (child, "name"), (child, "address"), (application, "applicant_name"), asked)
    return [Facts([Fact(Label("申请表", "Form"), link)]), *by_pen]


panel(
    "benefits.determination",
    Panel("benefits.print", ("打印", "On paper"), notice_panel, order=5, roles=OFFICES, side=True),
)
panel(
    "benefits.application", Panel("benefits.paper", ("打印", "On paper"), form_panel, order=60, roles=APPLY, side=True)
)
panel(
    "benefits.award",
    Panel("benefits.of_age_letter", ("成年", "Coming of age"), of_age_panel, order=5, roles=OFFICES, side=True),
)
panel(
    "benefits.hearing",
    Panel("benefits.letter", ("打印", "On paper"), hearing_panel, order=60, roles=OFFICES, side=True),
)
