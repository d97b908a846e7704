"""Content folders and diagnostics for tests: small, sound texts that a test breaks in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from quizgen.diagnostics import Diagnostic

ITEM = """\
  - id: xianfa-01-001
    type: single
    stem: 国家的一切权力属于（　　）。
    options:
      A: 公民
      B: 人民
    key: B
    rationale: 《宪法》第二条第一款规定了这一点。
    cites: [xianfa:2]
    difficulty: easy
    status: 启用
    reviewed: 2026-11-23
"""
BANK = f"lesson: xianfa-01\nitems:\n{ITEM}"
MORE = (
    BANK.replace("-001", "-002")
    .replace("国家的一切权力属于", "宪法的解释权属于")
    .replace("公民", "国务院")
    .replace("B: 人民", "B: 全国人民代表大会常务委员会")
    .replace("第二条第一款", "第一条第一款")
    .replace("xianfa:2", "xianfa:1")
    + ITEM.replace("-001", "-003")
    .replace("国家的一切权力属于", "受教育既是公民的权利，又是公民的")
    .replace("A: 公民", "A: 荣誉")
    .replace("B: 人民", "B: 义务")
    .replace("第二条第一款", "第一条第一款")
    .replace("xianfa:2", "xianfa:1")
).replace("reviewed: 2026-11-23", "reviewed: 2026-12-19")
"""Two further practice items, so that each section has one; reviewed so late that no change of law ages them."""
EXAM = (
    BANK.replace("xianfa-01-001", "xianfa-01-101")
    .replace("国家的一切权力属于", "人民行使国家权力的机关是")
    .replace("公民", "行政机关")
    .replace("B: 人民", "B: 人民代表大会")
)
"""The exam bank: another item on the same article."""
LESSON = """\
---
title: 宪法的地位
lesson: xianfa-01
module: xianfa
hours: 1
reviewed: 2026-11-23
---
正文。

::: practice 1
xianfa-01-001
:::

::: practice 2
xianfa-01-002
:::

::: practice 3
xianfa-01-003
:::
"""
PROGRAMME = """\
id: "2026"
title: 2026年度学法考试
time_zone: Asia/Shanghai
study: {opens: 2026-03-01 00:00, closes: 2027-01-01 00:00}
exam: {opens: 2026-09-01 08:00, closes: 2026-12-21}
credit_hour_minutes: 45
required_hours: 1
credit_by: sections
keys_shown: closed
modules: {xianfa: 宪法}
blueprints:
  standard:
    sections:
      - type: single
        points: 2
        quotas: {xianfa: {easy: 1}}
tiers:
  agency:
    title: 国家机关工作人员
    required: [xianfa-01]
    blueprint: standard
    pass_mark: 1
certificate:
  title: 合格证书
  body: "{name}完成{hours}学时，考试成绩{score}分。"
  issuer: 示例单位
"""
REGISTER = """\
statutes:
  xianfa:
    title: 中华人民共和国宪法
    short: 宪法
    version: 2018-03-11
    effective: 2018-03-11
    articles: 143
"""
FILES: Mapping[str, str] = {
    "course/index.md": "# 首页\n",
    "course/lessons/xianfa-01.md": LESSON,
    "banks/practice/more.yml": MORE,
    "banks/practice/xianfa-01.yml": BANK,
    "banks/exam/xianfa-01.yml": EXAM,
    "programmes/2026.yml": PROGRAMME,
    "laws/register.yml": REGISTER,
}
"""A content folder without a fault, as text by path below it."""


def write_content(root: Path, changed: Mapping[str, str] | None = None) -> Path:
    """Write `FILES`, with some replaced or added, below `root`."""
    for name, text in {**FILES, **(changed or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def places(diagnostics: Iterable[Diagnostic]) -> list[tuple[str, int, int]]:
    """Code, line and column of each."""
    return [(d.code, d.span.line, d.span.column) for d in diagnostics]
