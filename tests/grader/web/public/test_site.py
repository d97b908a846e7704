"""The built course as the service sends it: packed, revalidated or kept, and never a file from elsewhere."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.grader.web.conftest import Site, said

NOWHERE = (404, "没有这个页面。请检查地址，或回到首页查找。")
KEPT = "public, max-age=31536000, immutable"
CSS = "body{color:#222}" * 20


@pytest.fixture
def course(site: Site) -> Site:
    """The factory's site with a stylesheet, a script and a secret beside it."""
    root = site.settings.site
    (root / "assets").mkdir()
    (root / "assets" / "app.css").write_text(CSS, encoding="utf-8")
    (root / "assets" / "app.css.gz").write_bytes(gzip.compress(CSS.encode()))
    (root / "assets" / "plain.js").write_text("export {};", encoding="utf-8")
    (root.parent / "secret.txt").write_text("不许看", encoding="utf-8")
    (root.parent / "site-old").mkdir()
    (root.parent / "site-old" / "index.html").write_text("不许看", encoding="utf-8")
    return site


def test_page_is_sent_and_revalidated(course: Site) -> None:
    answer = course.browser().open("/")

    assert (answer.status_code, answer.text, answer.content_type) == (200, "<h1>课程</h1>", "text/html; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_packed_file_is_sent_as_what_it_unpacks_to(course: Site) -> None:
    answer = course.browser().open("/assets/app.css", Accept_Encoding="br, gzip;q=0.5")

    assert gzip.decompress(answer.data).decode() == CSS
    assert [answer.headers.get(name) for name in ("Content-Type", "Content-Encoding", "Vary")] == [
        "text/css; charset=utf-8",
        "gzip",
        "Accept-Encoding",
    ]
    assert answer.content_length == len(answer.data) < len(CSS)


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_plain_file_is_sent_where_gzip_is_not_taken(course: Site, accepted: str) -> None:
    answer = course.browser().open("/assets/app.css", Accept_Encoding=accepted)

    assert (answer.text, answer.headers.get("Content-Encoding")) == (CSS, None)
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_file_without_a_packed_twin_is_sent_plain(course: Site) -> None:
    answer = course.browser().open("/assets/plain.js", Accept_Encoding="gzip")

    assert (answer.text, answer.headers.get("Content-Encoding")) == ("export {};", None)


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_unchanged_file_is_not_sent_again(course: Site, accepted: str) -> None:
    browser = course.browser()
    first = browser.open("/assets/app.css", Accept_Encoding=accepted)

    again = browser.open("/assets/app.css", Accept_Encoding=accepted, If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_packed_and_plain_file_are_never_taken_for_each_other(course: Site) -> None:
    browser = course.browser()
    packed = browser.open("/assets/app.css", Accept_Encoding="gzip")

    plain = browser.open("/assets/app.css", If_None_Match=packed.headers["ETag"])

    assert (plain.status_code, plain.text) == (200, CSS)


@pytest.mark.parametrize(
    ("path", "cached"),
    [
        ("/assets/app.css?v=a55e75", KEPT),
        ("/search.json?v=c0de", KEPT),
        ("/assets/app.css", "no-cache"),
        ("/assets/app.css?v=1f2e", "no-cache"),
        ("/assets/app.css?v=", "no-cache"),
        ("/assets/app.css?v=c0de", "no-cache"),
        ("/search.json?v=a55e75", "no-cache"),
        ("/?v=a55e75", "no-cache"),
        ("/index.html?v=c0de", "no-cache"),
        ("/lessons/xianfa-01/?v=a55e75", "no-cache"),
    ],
)
def test_only_an_address_with_the_right_digest_is_kept_for_a_year(course: Site, path: str, cached: str) -> None:
    (course.settings.site / "site.json").write_text('{"version": "c0de", "assets": "a55e75"}', encoding="utf-8")
    (course.settings.site / "search.json").write_text("{}", encoding="utf-8")

    assert course.browser().open(path).headers["Cache-Control"] == cached


@pytest.mark.parametrize("text", [None, "", "[]", '{"version": 1}', "{", '{"assets": null}'])
def test_site_that_does_not_say_its_digests_has_nothing_kept(course: Site, text: str | None) -> None:
    if text is not None:
        (course.settings.site / "site.json").write_text(text, encoding="utf-8")

    assert course.browser().open("/assets/app.css?v=a55e75").headers["Cache-Control"] == "no-cache"


def test_folder_leads_to_its_page(course: Site) -> None:
    browser = course.browser()

    answer = browser.open("/lessons/xianfa-01")

    assert (answer.status_code, answer.headers["Location"]) == (308, "/lessons/xianfa-01/")
    assert browser.open("/lessons/xianfa-01/").text == "<h1>第一课</h1>"


@pytest.mark.parametrize("path", ["/none", "/lessons/", "/lessons/none/", "/none?v=1f2e", "/my/none"])
def test_missing_page_is_told_by_the_service_and_never_kept(course: Site, path: str) -> None:
    answer = course.browser("learner").open(path, Range="bytes=0-3")

    assert said(answer) == NOWHERE
    assert answer.headers["Cache-Control"] == "no-store"


OUTSIDE = [
    "/../secret.txt",
    "/lessons/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/../site-old/",
    "/../site-old/index.html",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/lessons/xianfa-01/%00",
    "/index.html%00.png",
    "/index.html/",
    "/" + "a" * 300,
    "/" + "a/" * 3000,
]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path[:30])
def test_nothing_outside_the_site_is_sent(course: Site, path: str) -> None:
    answer = course.app.test_client().get("/", environ_overrides={"PATH_INFO": _decoded(path)}, follow_redirects=True)

    assert answer.status_code == 404
    assert "不许看" not in answer.text


WANDERING = [
    "/\t/evil.example/../..",
    "/\n/evil.example/../..",
    "/\r\n/evil.example/../..",
    "/\xc2\x85/evil.example/../..",
    "/ /evil.example/../..",
    "/\\evil.example/..",
    "/lessons/../lessons",
    "/lessons/./xianfa-01",
    "/lessons/xianfa-01/..",
    "/./lessons",
    "/..",
]


@pytest.mark.parametrize("path", WANDERING, ids=ascii)
def test_address_that_wanders_leads_nowhere(course: Site, path: str) -> None:
    answer = course.app.test_client().get("/", environ_overrides={"PATH_INFO": path})

    assert (said(answer), answer.headers.get("Location")) == (NOWHERE, None)


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\xc2\x9f"], ids=ascii)
@pytest.mark.parametrize("path", ["/{}", "/my{}", "/my/{}", "/verify/{}", "/exam/{}/result", "/my/static/{}", "/{}//x"])
def test_control_character_stands_in_no_address_of_ours(course: Site, path: str, character: str) -> None:
    answer = course.app.test_client().get("/", environ_overrides={"PATH_INFO": path.format(character)})

    assert (said(answer), answer.headers.get("Location")) == (NOWHERE, None)


def test_doubled_slash_leads_to_no_other_host(course: Site) -> None:
    answer = course.app.test_client().get("/", environ_overrides={"PATH_INFO": "//evil.example/x"})

    assert answer.headers.get("Location") in {None, "http://localhost/evil.example/x"}


def test_link_that_leads_out_of_a_site_that_is_itself_a_link_is_served(site: Site, tmp_path: Path) -> None:
    real = site.settings.site
    real.rename(tmp_path / "releases")
    real.symlink_to(tmp_path / "releases")

    assert site.browser().open("/").text == "<h1>课程</h1>"


@pytest.mark.parametrize("path", ["/", "/lessons/xianfa-01/", "/none"])
def test_site_that_is_not_built_yet_says_what_to_do(make_site: Callable[..., Site], tmp_path: Path, path: str) -> None:
    site = make_site(site=tmp_path / "elsewhere")

    answer = site.browser().open(path)

    assert said(answer) == (503, "课程网页还没有生成。请系统管理员运行 quizgen site 后刷新本页。")
    assert (answer.headers["Cache-Control"], answer.headers["Retry-After"]) == ("no-store", "2")


def test_site_built_while_the_service_runs_is_served(make_site: Callable[..., Site], tmp_path: Path) -> None:
    root = tmp_path / "elsewhere"
    site = make_site(site=root)
    assert site.browser().open("/").status_code == 503

    root.mkdir()
    (root / "index.html").write_text("<h1>新</h1>", encoding="utf-8")
    (root / "csp.json").write_text('{"script": ["sha256-new="], "style": []}', encoding="utf-8")
    answer = site.browser().open("/")

    assert (answer.status_code, answer.text) == (200, "<h1>新</h1>")
    assert "script-src 'self' 'sha256-new=';" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/assets/app.css", "/lessons/xianfa-01/", "/none"])
def test_head_says_what_get_would_without_the_body(course: Site, path: str) -> None:
    client = course.app.test_client()

    head, get = client.head(path), client.get(path)

    assert head.data == b""
    assert (head.status_code, dict(head.headers)) == (get.status_code, dict(get.headers))


def test_course_pages_set_no_cookie_and_ask_nobody_who_they_are(course: Site) -> None:
    answer = course.browser().open("/")

    assert (answer.headers.get("Set-Cookie"), answer.headers["Vary"]) == (None, "Accept-Encoding")


def _decoded(path: str) -> str:
    """The path as a server hands it on."""
    for code, character in (("%2e", "."), ("%2f", "/"), ("%5c", "\\"), ("%00", "\0")):
        path = path.replace(code, character)
    return path
