"""The year of the notice that this project started from, as a content folder: September to December 2024.

20 credit hours of 45 minutes, required lessons of each tier's own, electives that do not count, three tiers.
"""

from __future__ import annotations

from pathlib import Path

import yaml

LESSONS = tuple(f"fa-{number:02d}" for number in range(1, 23))
ELECTIVES = ("xuan-01", "xuan-02")
REQUIRED = {"leading": LESSONS[:20], "agency": LESSONS[1:21], "enterprise": LESSONS[2:22]}
TITLES = {"leading": "领导干部", "agency": "国家机关工作人员", "enterprise": "企事业经营管理人员"}
KEYS = {"single": "B", "multiple": "AC", "judgement": "错误"}


def write_content(root: Path) -> Path:
    """Write the folder and give its path."""
    (root / "course" / "lessons").mkdir(parents=True)
    for pool in ("practice", "exam"):
        (root / "banks" / pool).mkdir(parents=True)
    (root / "laws").mkdir()
    (root / "programmes").mkdir()
    for lesson in (*LESSONS, *ELECTIVES):
        _write_lesson(root, lesson)
    for lesson in LESSONS:
        _dump(root / "banks" / "exam" / f"{lesson}.yml", {"lesson": lesson, "items": _items(lesson)})
    _dump(root / "laws" / "register.yml", {"statutes": {"xianfa": _XIANFA}})
    _dump(root / "programmes" / "2024.yml", _PROGRAMME)
    return root


def _write_lesson(root: Path, lesson: str) -> None:
    module = lesson.partition("-")[0]
    head = f"title: 课程{lesson}\nlesson: {lesson}\nmodule: {module}\nhours: 1\nminutes: 45\nreviewed: 2024-08-01\n"
    text = f"---\n{head}---\n## 正文\n\n本课内容。\n"
    (root / "course" / "lessons" / f"{lesson}.md").write_text(text, encoding="utf-8")


def _items(lesson: str) -> list[dict[str, object]]:
    types = ["single"] * 4 + ["multiple"] * 2 + ["judgement"] * 3
    return [_item(lesson, 101 + number, type) for number, type in enumerate(types)]


def _item(lesson: str, number: int, type: str) -> dict[str, object]:
    item: dict[str, object] = {
        "id": f"{lesson}-{number}",
        "type": type,
        "stem": f"关于{lesson}第{number}项规定，下列表述正确的是（　　）。",
    }
    if type != "judgement":
        item["options"] = {letter: f"{lesson}第{number}题的表述{letter}" for letter in "ABCD"}
    return item | {
        "key": KEYS[type],
        "rationale": "见宪法条文。",
        "cites": ["xianfa:5"],
        "difficulty": "medium",
        "status": "启用",
        "reviewed": "2024-08-01",
    }


def _dump(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")


_XIANFA = {
    "title": "中华人民共和国宪法",
    "short": "宪法",
    "version": "2018-03-11",
    "effective": "2018-03-11",
    "articles": 143,
}

_PROGRAMME = {
    "id": "2024",
    "title": "2024年度国家工作人员学法考试",
    "time_zone": "Asia/Shanghai",
    "study": {"opens": "2024-09-01 00:00", "closes": "2025-01-01 00:00"},
    "exam": {"opens": "2024-11-01 08:00", "closes": "2024-12-16 00:00"},
    "makeup": {"opens": "2024-12-16 08:00", "closes": "2025-01-01 00:00"},
    "credit_hour_minutes": 45,
    "required_hours": 20,
    "credit_by": "time",
    "completion_minutes": 10,
    "keys_shown": "closed",
    "modules": {"fa": "法律法规", "xuan": "选修课程"},
    "blueprints": {
        "standard": {
            "scoring": "all-or-nothing",
            "sections": [
                {"type": "single", "points": 2, "quotas": {"fa": 25}},
                {"type": "multiple", "points": 2, "quotas": {"fa": 10}},
                {"type": "judgement", "points": 2, "quotas": {"fa": 15}},
            ],
        }
    },
    "tiers": {
        tier: {
            "title": TITLES[tier],
            "required": list(lessons),
            "electives": list(ELECTIVES),
            "blueprint": "standard",
            "gate": "hours",
            "exam_minutes": 120,
            "attempts": 5,
            "makeup_attempts": 3,
            "pass_mark": 60,
        }
        for tier, lessons in REQUIRED.items()
    },
    "exemptions": {"near_retirement": "临近退休", "sick_leave": "长期病假", "worker": "工勤人员"},
    "certificate": {
        "title": "学法考试合格证书",
        "body": "{name}（{unit}，{tier}）参加{programme}，完成{hours}学时，成绩{score}分，考核合格。",
        "issuer": "某县普法工作办公室",
    },
    "contacts": "",
    "notice": "",
}
