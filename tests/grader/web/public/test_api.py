"""What everybody's pages call."""

from __future__ import annotations

from tests.grader.web.conftest import Site


def test_sign_out_ends_the_sign_in_on_this_device_only(site: Site) -> None:
    here, elsewhere = site.browser("learner"), site.browser("learner")

    answer = here.call("/api/sign-out")

    assert (answer.status_code, answer.get_json()) == (200, {"signed_in": False})
    assert here.open("/api/me").get_json() == {"signed_in": False, "sign_in": "/my/sign-in"}
    assert elsewhere.open("/api/me").get_json()["signed_in"] is True


def test_sign_out_from_another_site_is_refused(site: Site) -> None:
    browser = site.browser("learner")

    answer = browser.client.post("/api/sign-out", json={}, headers={"Origin": "https://elsewhere.example"})

    assert (answer.status_code, answer.get_json()["code"]) == (403, "foreign-origin")
    assert browser.open("/api/me").get_json()["signed_in"] is True
