"""The county changes what stands on every page; everybody sees it at once."""

from __future__ import annotations

from io import BytesIO

from werkzeug.datastructures import FileStorage

from tests.grader.web.conftest import ORIGIN, Browser, Site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def post(browser: Browser, path: str, **fields: object) -> tuple[int, str]:
    answer = browser.client.post(path, data={"token": browser.token(), **fields}, headers=ORIGIN)
    return answer.status_code, answer.text


def test_what_the_county_says_stands_on_every_page(site: Site) -> None:
    county, guest, learner = site.browser("county"), site.browser(), site.browser("learner")

    saved = post(
        county, "/admin/board", sponsor="示例县普法办", icp="示备1号", police="示公网安备 9000号", contacts="电话"
    )
    announced = post(county, "/admin/board/announcements", title="补考安排", text="第一段\r\n\r\n第二段")

    told = guest.client.get("/api/board").get_json()
    assert (saved[0], announced[0]) == (302, 302)
    assert {name: told[name] for name in ("sponsor", "icp", "police_number", "contacts", "picture")} == {
        "sponsor": "示例县普法办",
        "icp": "示备1号",
        "police_number": "9000",
        "contacts": "电话",
        "picture": None,
    }
    assert [(one["title"], one["text"]) for one in told["announcements"]] == [("补考安排", "第一段\n\n第二段")]
    assert "主办单位：示例县普法办" in guest.open("/my/sign-in").text
    assert "补考安排" in learner.open("/my/").text


def test_picture_is_shown_and_taken_away(site: Site) -> None:
    county = site.browser("county")

    post(county, "/admin/board/picture", file=FileStorage(stream=BytesIO(PNG), filename="a.png"))
    shown = site.browser().client.get("/api/board/picture")
    post(county, "/admin/board/picture", action="remove")
    gone = site.browser().client.get("/api/board/picture")

    assert (shown.data, shown.content_type, gone.status_code) == (PNG, "image/png", 404)


def test_refused_text_stays_in_the_form(site: Site) -> None:
    county = site.browser("county")

    status, page = post(county, "/admin/board/announcements", title="", text="写了很久的内容")
    too_large = post(county, "/admin/board/picture", file=FileStorage(stream=BytesIO(bytes(300_000)), filename="a.png"))

    assert (status, "通知要有标题" in page, "写了很久的内容" in page) == (422, True, True)
    assert (too_large[0], "最大 100 KB" in too_large[1]) == (413, True)
    assert post(county, "/admin/board/picture")[0] == 422


def test_withdrawn_notice_is_gone_and_an_unknown_one_is_no_fault(site: Site) -> None:
    county = site.browser("county")
    post(county, "/admin/board/announcements", title="补考安排", text="内容")
    id = county.open("/admin/board").text.partition("/admin/board/announcements/")[2].partition("/withdraw")[0]
    id = id.rpartition("/")[2]

    withdrawn = post(county, f"/admin/board/announcements/{id}/withdraw")
    unknown = post(county, "/admin/board/announcements/none/withdraw")

    assert (withdrawn[0], unknown[0]) == (302, 404)
    assert site.browser().client.get("/api/board").get_json()["announcements"] == []
