"""Every page of the package, as the posts see it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from django.http import HttpResponse
from pypdf import PdfReader

from hutong.benefits import actions
from hutong.benefits.models import Application, Determination, ListMatch, Review
from hutong.benefits.tests import build
from hutong.benefits.tests.test_lists import DEATHS, given, roll, row
from hutong.channels.web.home import address_of
from hutong.core import places
from hutong.core.models import JournalLine, Task
from hutong.core.tests.build import Browser
from hutong.core.viewer import acting, system_viewer
from hutong.org.terms import Role
from hutong.people import actions as people_actions
from hutong.people.tests import build as people

pytestmark = pytest.mark.django_db


LISTS = (
    "application", "determination", "award", "handover", "hearing", "review", "objection", "match", "listimport",
    "rollimport",
)  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_every_list_opens_in_both_languages(browse: Browser, name: str, locale: str) -> None:
    assert browse.text(replace(build.officer(), locale=locale), f"/benefits/{name}/")


def test_the_application_page_tells_not_started_from_not_complete(browse: Browser) -> None:
    application = build.draft_application(build.child_nobody_looked_into())
    page = browse.text(build.supervisor(), f"/benefits/application/{application.pk}/")
    assert "未提交" in page
    wanted = {"kind": "identity", "about": "applicant", "file": build.photo(), "incomplete_because": "缺背面"}
    actions.add_proof(build.supervisor(), application, wanted)
    page = browse.text(build.supervisor(), f"/benefits/application/{application.pk}/")
    assert "不完整" in page
    assert "缺背面" in page


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_the_decision_page_sets_the_law_beside_the_question(browse: Browser, locale: str) -> None:
    application = build.verified_application()
    page = browse.text(replace(build.officer(), locale=locale), f"/benefits/decide/{application.pk}/")
    for said in ("1,640.00", application.receipt_no or "", "入户查看，情况属实"):
        assert said in page
    assert ("规则建议：予以确认并发放" if locale == "zh-hans" else "The law advises: recognise and pay") in page
    for value in ("agree", "return", "disagree"):
        assert f'value="{value}"' in page


def test_deciding_through_the_page(browse: Browser) -> None:
    application = build.verified_application()
    officer = build.officer()
    address = f"/benefits/decide/{application.pk}/"
    version = Application.objects.get(pk=application.pk).version
    sent = {"_key": "a", "_version": version}
    assert browse.post(officer, address, **sent).status_code == 422, "no answer was chosen"
    bare = browse.post(officer, address, answer="disagree", reasons="存疑", **sent)
    assert bare.status_code == 422
    assert '<details class="more" open' in bare.content.decode()
    assert Application.objects.get(pk=application.pk).state == "verified"
    done = browse.post(officer, address, answer="agree", **sent)
    assert (done.status_code, done.headers["Location"][:16]) == (302, "/benefits/determ")
    assert Application.objects.get(pk=application.pk).state == "recognised"
    assert browse.get(officer, address).status_code == 302, "decided: back to the application"


def test_the_paper_is_seen_before_anything_is_decided(browse: Browser) -> None:
    application, officer = build.verified_application(), build.officer()
    address = f"/benefits/decide/{application.pk}/"
    version = Application.objects.get(pk=application.pk).version
    sent = {"_key": "a", "_version": version, "draft": "1"}
    assert browse.post(officer, address, **sent).status_code == 422, "no answer was chosen"
    drawn = browse.post(officer, address, answer="agree", found="父亲死亡，母亲失联", **sent)
    assert (drawn.status_code, drawn.headers["Content-Type"]) == (200, "application/pdf")
    text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(drawn.content)).pages).split())
    assert "父亲死亡，母亲失联" in text
    assert "草稿，签署后编号" in text
    assert (Determination.objects.count(), Application.objects.get(pk=application.pk).state) == (0, "verified")


def test_a_stale_decision_page_saves_nothing(browse: Browser) -> None:
    application = build.verified_application()
    answer = browse.post(build.officer(), f"/benefits/decide/{application.pk}/", answer="agree", _key="b", _version="1")
    assert answer.status_code == 409
    assert Application.objects.get(pk=application.pk).state == "verified"


def test_pages_outside_reach_are_not_there_and_the_attempt_is_kept(browse: Browser) -> None:
    award = build.award_of_fu_child()
    stranger = build.officer(build.FAR_COUNTY)
    decision, application = award.determinations.get(), award.application
    addresses = (
        f"/benefits/award/{award.pk}/", f"/benefits/application/{application.pk}/",
        f"/benefits/decide/{application.pk}/", f"/benefits/notice/{decision.pk}/", f"/benefits/form/{application.pk}/",
        "/benefits/award/999999/",
    )  # fmt: skip
    for address in addresses:
        assert browse.get(stranger, address).status_code == 404, address
    assert JournalLine.objects.filter(user_id=stranger.user_id, kind="not_found").count() == len(addresses)


@pytest.mark.parametrize("role", [Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_SUPERVISOR, Role.COUNTY_FINANCE, Role.AUDITOR])
def test_the_decision_page_is_the_countys(browse: Browser, role: Role) -> None:
    application = build.verified_application()
    assert browse.get(build.staff(role, build.COUNTY), f"/benefits/decide/{application.pk}/").status_code == 403


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_the_award_page_shows_months_paid_and_what_happened(browse: Browser, locale: str) -> None:
    award = build.award_of_fu_child(now=build.at(2026, 9, 10))
    build.run(award, "2026-11", build.at(2026, 11, 10))
    page = browse.text(replace(build.officer(), locale=locale), f"/benefits/award/{award.pk}/")
    assert page.count("1,640.00") >= 2
    why = {"zh-hans": "适用社会散居标准", "en": "The standard for children in the community applies."}[locale]
    assert why in page, "why the sum is what it is"
    below = browse.text(build.staff(Role.CITY_OFFICER, "9999"), f"/benefits/award/{award.pk}/")
    assert "事实无人抚养" not in below, "the cause is not for a post without clearance"
    assert "适用社会散居标准" not in below


def test_finance_has_no_page_that_tells_a_cause(browse: Browser) -> None:
    award = build.award_of_fu_child()
    for name in LISTS:
        assert browse.get(build.finance(), f"/benefits/{name}/").status_code == 403
    page = browse.text(build.finance(), f"/people/child/{award.child_id}/")
    assert "无人抚养" not in page


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_every_form_of_an_award_opens_with_its_evidence(browse: Browser, locale: str) -> None:
    award = build.award_of_fu_child()
    officer = replace(build.officer(), locale=locale)
    for name in ("redetermine", "propose", "end_award", "settle_change"):
        browse.text(officer, f"/benefits/action/{name}/{award.pk}/")


def test_hearing_review_objection_match_and_roll_pages(browse: Browser) -> None:
    award = build.award_of_fu_child(now=build.at(2025, 12, 10), identity_number=people.identity(build.date_of_birth()))
    officer, township = build.officer(), build.supervisor()
    proposal = {"kind": "suspend", "reasons": "监护人多次联系不上，情况不明", "from_month": "2027-01"}
    hearing = actions.propose(officer, award, proposal | {"told_on": "2026-11-23", "told_whom": "田桂英"})
    with acting(system_viewer("daily", now=build.NOW)) as job:
        actions.open_reviews(job, {})
    review = Review.objects.get(award=award)
    lodged = {"kind": "objection", "lodged_on": "2026-11-23", "lodged_by": "田桂英", "grounds": "金额有误"}
    objection = actions.object_(township, award.determinations.get(), lodged)
    number = people.identity(build.date_of_birth())
    listed = actions.import_list(
        officer, given("death", DEATHS, ("某", number, "2026-11-01"), ("某", "12", "2026-11-01"))
    )
    match = ListMatch.objects.get(list=listed)
    taken = actions.import_roll(officer, roll(row(number=""), row(place="无此村")))
    for locale in ("zh-hans", "en"):
        who = replace(officer, locale=locale)
        for address in (
            f"hearing/{hearing.pk}", f"review/{review.pk}", f"objection/{objection.pk}", f"match/{match.pk}",
            f"listimport/{listed.pk}", f"rollimport/{taken.pk}", f"action/decide_objection/{objection.pk}",
            f"action/settle_match/{match.pk}", "action/import_list", "action/import_roll", "action/apply",
        ):  # fmt: skip
            browse.text(who, f"/benefits/{address}/")
        browse.text(replace(township, locale=locale), f"/benefits/action/hear_payee/{hearing.pk}/")
        browse.text(replace(township, locale=locale), f"/benefits/action/do_review/{review.pk}/")
    assert "无此村" in browse.text(officer, f"/benefits/rollimport/{taken.pk}/")
    for task in Task.objects.filter(kind__startswith="benefits.", state="open"):
        url = address_of(task)
        who = officer if task.role == Role.COUNTY_OFFICER else township
        assert browse.get(who, url).status_code in (200, 302), (task.kind, url)


def test_every_task_of_an_application_leads_to_its_page(browse: Browser) -> None:
    application = build.verified_application()
    task = Task.objects.get(kind="benefits.decide", on_id=application.pk)
    assert address_of(task) == f"/benefits/decide/{application.pk}/"
    build.refusal()
    for kind in ("benefits.tell", "benefits.follow_up"):
        task = Task.objects.get(kind=kind, state="open")
        browse.text(build.supervisor(), address_of(task))


def printed(response: HttpResponse) -> str:
    assert response.status_code == 200
    return "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages).translate(
        str.maketrans("", "", " \n")
    )


def test_a_notice_names_articles_dates_and_remedies(browse: Browser) -> None:
    award = build.award_of_fu_child()
    decision = award.determinations.get()
    officer = build.officer()
    text = printed(browse.get(officer, f"/benefits/notice/{decision.pk}/"))
    for said in (decision.document_no, "1,640.00元", "2026年12月", "行政复议", "人民法院", "60日", "6个月"):
        assert said in text, said
    assert JournalLine.objects.filter(user_id=officer.user_id, what="benefits.notice").exists()
    actions.record_delivery(build.supervisor(), decision, build.delivered())
    assert "2027年1月22日" in printed(browse.get(officer, f"/benefits/notice/{decision.pk}/"))


def test_who_prints_is_told_which_characters_are_boxes_on_the_paper(browse: Browser) -> None:
    plain, rare = (build.verified_application(build.fu_child(name=name)) for name in ("田小禾", "钱\ue000树"))
    officer = build.officer()
    assert "U+E000" not in browse.text(officer, f"/benefits/application/{plain.pk}/")
    assert "U+E000" in browse.text(officer, f"/benefits/application/{rare.pk}/")
    decision = build.recognised(rare).determinations.get()
    assert "U+E000" in browse.text(officer, f"/benefits/determination/{decision.pk}/")
    assert "E000" in printed(browse.get(officer, f"/benefits/notice/{decision.pk}/"))


def test_a_refusal_on_paper_names_reasons_and_other_help(browse: Browser) -> None:
    decision = build.refusal()
    text = printed(browse.get(build.officer(), f"/benefits/notice/{decision.pk}/"))
    assert "父母均有抚养能力" in text
    assert "不予确认" in text
    assert "您还可以申请" in text


def test_a_sealed_ground_is_on_no_paper_and_no_page(browse: Browser) -> None:
    child = people.child_of_able_parents(name=build.a_name(), in_spite_of="另一名儿童")
    sealed = {"hiv": True, "since": "2026-01-10", "evidence": "medical", "paper": build.photo()}
    people_actions.record_sealed_health(build.officer(), child, sealed)
    award = build.award_of(child)
    decision = award.determinations.get()
    said = printed(browse.get(build.officer(), f"/benefits/notice/{decision.pk}/"))
    for address in ("award", "determination", "application"):
        pk = {"award": award.pk, "determination": decision.pk, "application": award.application_id}[address]
        said += browse.text(build.officer(), f"/benefits/{address}/{pk}/")
    for word in ("HIV", "hiv", "艾滋"):
        assert word not in said


def test_what_is_put_to_the_payee_prints_with_its_day_to_answer(browse: Browser) -> None:
    award = build.award_of_fu_child()
    given = {"kind": "reduce", "reasons": "监护人自愿减少领取金额", "from_month": "2027-01", "amount_fen": 100_000}
    hearing = actions.propose(build.officer(), award, given | {"told_on": "2026-11-23", "told_whom": "田桂英"})
    text = printed(browse.get(build.officer(), f"/benefits/hearing_notice/{hearing.pk}/"))
    for said in ("拟减发告知书", "2026年12月7日", "1,000.00元", "监护人自愿减少领取金额", "照常发放"):
        assert said in text, said


def test_the_application_form_prints(browse: Browser) -> None:
    application = build.filed_application()
    text = printed(browse.get(build.supervisor(), f"/benefits/form/{application.pk}/"))
    assert application.receipt_no in text
    assert application.child.name in text


def test_exports_are_offered_and_downloaded(browse: Browser) -> None:
    build.award_of_fu_child()
    officer = build.officer()
    assert "&lt;3" in browse.text(officer, "/benefits/exports/")
    for address in ("changes/?month=2026-11", "public/"):
        response = browse.get(officer, f"/benefits/exports/{address}")
        assert response.status_code == 200
        assert response.content[:2] == b"PK"
    assert (
        browse.get(build.officer(build.FAR_COUNTY), f"/benefits/exports/?place_id={officer.place_id}").status_code
        == 404
    )


def test_the_payment_run_page_takes_its_rows_from_the_awards(browse: Browser) -> None:
    award = build.award_of_fu_child(now=build.at(2026, 9, 10))
    officer = build.officer()
    page = browse.text(officer, "/money/run/?month=2026-11")
    assert "3,280.00" in page
    made = browse.post(officer, "/money/run/", place_id=officer.place_id, month="2026-11", _key="x")
    assert made.status_code == 302
    assert award.order.lines.count() == 2


def test_a_child_page_shows_applications_and_awards(browse: Browser) -> None:
    award = build.award_of_fu_child()
    page = browse.text(build.officer(), f"/people/child/{award.child_id}/")
    assert f"/benefits/award/{award.pk}/" in page
    assert f"/benefits/application/{award.application_id}/" in page
    other = build.orphan()
    assert f"/benefits/action/apply/?child_id={other.pk}" in browse.text(build.director(), f"/people/child/{other.pk}/")


def test_both_counties_read_a_handover_and_each_is_offered_its_own_step(browse: Browser) -> None:
    award = build.award_of_fu_child()
    for kind in ("actual", "registered"):
        given = {"kind": kind, "division_id": people.places()[build.FAR_VILLAGE].pk, "moved_on": "2026-11-10"}
        everywhere = replace(build.officer(), spans=system_viewer("tests", now=build.NOW).spans)
        people_actions.set_residence(everywhere, award.child_id, given)
    leaving, taking = build.officer(), build.officer(build.FAR_COUNTY)
    page = browse.text(leaving, f"/benefits/award/{award.pk}/")
    assert "已迁出儿童" in page, "its own record opens although the child is out of sight"
    assert "提出待遇转移" in page
    form = f"/benefits/action/propose_handover/{award.pk}/"
    assert "田桂英" in browse.text(leaving, form)
    sent = {"last_month": "2026-11", "told_on": "2026-11-23", "told_whom": "田桂英", "note": ""}
    answer = browse.post(leaving, form, **sent)
    assert answer.status_code == 302, answer.content[:2000]
    address = answer["Location"]
    number = int(address.rstrip("/").rpartition("/")[2])
    assert "撤回转移" in browse.text(leaving, address)
    assert "接收待遇" not in browse.text(leaving, address)
    seen = browse.text(taking, address)
    assert "接收待遇" in seen
    assert "撤回转移" not in seen
    assert "1,640.00" in browse.text(taking, f"/benefits/action/accept_handover/{number}/")
    new = actions.accept_handover(taking, number, {})
    assert "转入" in browse.text(taking, f"/benefits/award/{new.pk}/")
    assert browse.get(leaving, f"/benefits/award/{new.pk}/").status_code == 404
    assert "已接收" in browse.text(leaving, f"/benefits/award/{award.pk}/")
    for role in (Role.COUNTY_OFFICER, Role.COUNTY_FINANCE):
        assert browse.text(build.staff(role, build.COUNTY), f"/money/order/{award.order_id}/")


def test_the_decision_page_asks_for_a_standard_and_shows_the_floor_as_a_floor(
    browse: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    application, officer = build.verified_application(build.orphan()), build.officer()
    page = f"/benefits/decide/{application.pk}/"
    assert "先按上级最低标准发放" not in browse.text(officer, page), "the place has its own"
    monkeypatch.setattr(places, "codes_of_key", lambda key: ["CN-350121", "CN-35", "CN"])
    lacking = browse.text(officer, page)
    for words in ("请按文件录入本地标准", "不是本地标准", "1,891.00元", "先按上级最低标准发放", "并非录自官方网页"):
        assert words in lacking, words
    assert "1,640.00元" not in lacking
    monkeypatch.setattr(places, "codes_of_key", lambda key: ["CN-1502", "CN-15", "CN"])
    aged = browse.text(officer, page)
    for words in ("1,700.00元", "自2019-01-01执行至今，已94个月，待确认", "包头日报"):
        assert words in aged, words
