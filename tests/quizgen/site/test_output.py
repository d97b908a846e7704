from __future__ import annotations

import pytest

from quizgen.site.output.pages import with_whole_names


def test_name_of_a_leader_is_kept_on_one_line() -> None:
    html = with_whole_names("<p>学习习近平法治思想和邓小平理论</p>")

    assert html == ('<p>学习<bdi class="whole-name">习近平</bdi>法治思想和<bdi class="whole-name">邓小平</bdi>理论</p>')


@pytest.mark.parametrize(
    "html",
    [
        '<p aria-label="习近平法治思想">甲</p>',
        "<title>习近平法治思想</title>",
        "<svg><text>习近平法治思想</text></svg>",
        '<script type="application/json">{"title": "习近平法治思想"}</script>',
        "<textarea>习近平法治思想</textarea>",
        "<!-- 习近平法治思想 -->",
        "<p>小平同志</p>",
    ],
)
def test_name_that_is_no_running_text_stays(html: str) -> None:
    assert with_whole_names(html) == html
