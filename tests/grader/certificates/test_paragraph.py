from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.certificates.paragraph import PrintedLine, PrintedRun, Setting, Typesetter

CLOSING = "，。）》"
OPENING = "（《"
SQUARE = Typesetter(measure=lambda text: sum(0.5 if character.isascii() else 1 for character in text), emphasis=1.5)
WORDS = st.lists(
    st.sampled_from(["学法", "考试，", "县。", "（局）", "《宪法》", "2026", "86.5", "县"]), min_size=1, max_size=60
)


def plain(text: str, *, indent: float = 0, is_last: bool = False) -> PrintedLine:
    width = SQUARE.measure(text)
    return PrintedLine(runs=(PrintedRun(text=text, is_emphasised=False),), indent=indent, width=width, is_last=is_last)


def texts(setting: Setting | None) -> list[str]:
    assert setting is not None
    return ["".join(run.text for run in line.runs) for line in setting.lines]


def fit(
    text: str, name: str = "", *, width: float = 10, height: float = 100, sizes: tuple[float, ...] = (1,)
) -> Setting | None:
    return SQUARE.fit(text, name or "\0", width=width, height=height, leading=1.5, sizes=sizes)


def test_fit_indents_the_first_line_and_marks_the_last() -> None:
    setting = fit("一二三四五六七八九十甲乙丙丁")

    assert setting == Setting(size=1, lines=(plain("一二三四五六七八", indent=2), plain("九十甲乙丙丁", is_last=True)))


def test_fit_starts_a_paragraph_at_each_line_of_the_text() -> None:
    setting = fit("一二三四\n五六七八")

    assert setting == Setting(
        size=1, lines=(plain("一二三四", indent=2, is_last=True), plain("五六七八", indent=2, is_last=True))
    )


def test_fit_keeps_closing_punctuation_off_the_start_of_a_line() -> None:
    assert texts(fit("一二三四五六七八，九十甲乙")) == ["一二三四五六七", "八，九十甲乙"]


def test_fit_keeps_opening_punctuation_off_the_end_of_a_line() -> None:
    assert texts(fit("一二三四五六七（八九十甲）")) == ["一二三四五六七", "（八九十甲）"]


def test_fit_keeps_numbers_whole() -> None:
    assert texts(fit("一二三四五六七2026年度甲")) == ["一二三四五六七", "2026年度甲"]


def test_fit_keeps_a_short_name_whole_and_measures_it_larger() -> None:
    setting = fit("一二三四五六张三丰合格", "张三丰")

    runs = (PrintedRun(text="张三丰", is_emphasised=True), PrintedRun(text="合格", is_emphasised=False))
    assert setting == Setting(
        size=1, lines=(plain("一二三四五六", indent=2), PrintedLine(runs=runs, indent=0, width=6.5, is_last=True))
    )


def test_fit_breaks_a_name_that_is_longer_than_a_line() -> None:
    setting = fit("阿卜杜热依木·麦麦提吐尔逊", "阿卜杜热依木·麦麦提吐尔逊")

    assert texts(setting) == ["阿卜杜热依", "木·麦麦提吐", "尔逊"]


def test_fit_breaks_a_word_that_is_longer_than_a_line() -> None:
    assert texts(fit("x" * 30)) == ["x" * 16, "x" * 14]


@pytest.mark.parametrize(("height", "size"), [(6, 2), (5.9, 1), (1.5, 1), (1.4, None)])
def test_fit_takes_the_first_size_that_fits(height: float, size: float | None) -> None:
    setting = fit("一二三四五六七八", height=height, sizes=(4, 2, 1))

    assert (setting and setting.size) == size


def test_fit_avoids_a_size_that_leaves_one_word_in_the_last_line() -> None:
    text = "一二三四五六七八九"

    setting = fit(text, sizes=(1, 0.95, 0.9))

    assert (setting and setting.size, texts(setting)) == (0.9, [text])


@given(WORDS)
def test_fit_loses_nothing_and_stays_within_the_width(words: list[str]) -> None:
    text = "".join(words)

    setting = fit(text, width=30, height=1000)

    assert setting is not None
    assert "".join(texts(setting)) == text
    assert [line for line in setting.lines if line.indent + line.width > 30] == []
    assert [line for line in texts(setting) if line[0] in CLOSING or line[-1] in OPENING] == []
