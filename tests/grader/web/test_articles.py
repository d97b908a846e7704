from __future__ import annotations

from pathlib import Path

import pytest

from grader.web.articles import article_address
from quizgen.model import Cite


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with 宪法 on one page and 民法典 on pages from articles 1, 205 and 205-1."""
    for folder in ("xianfa", "minfadian", "minfadian/t1", "minfadian/t205", "minfadian/t205-1", "minfadian/tx"):
        (tmp_path / "laws" / folder).mkdir(parents=True)
        (tmp_path / "laws" / folder / "index.html").write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "article", "address"),
    [
        ("xianfa", "33", "laws/xianfa/#t33"),
        ("xianfa", "17-1", "laws/xianfa/#t17-1"),
        ("minfadian", "1", "laws/minfadian/t1/#t1"),
        ("minfadian", "204", "laws/minfadian/t1/#t204"),
        ("minfadian", "205", "laws/minfadian/t205/#t205"),
        ("minfadian", "205-2", "laws/minfadian/t205-1/#t205-2"),
        ("minfadian", "1260", "laws/minfadian/t205-1/#t1260"),
        ("xingfa", "1", ""),
        ("guihua", "", ""),
        ("../laws/xianfa", "1", ""),
    ],
)
def test_address_leads_to_the_page_that_holds_the_article(site: Path, source: str, article: str, address: str) -> None:
    assert article_address(site, Cite(source=source, article=article)) == address


def test_site_that_was_never_built_has_no_addresses(tmp_path: Path) -> None:
    assert article_address(tmp_path, Cite(source="xianfa", article="1")) == ""
