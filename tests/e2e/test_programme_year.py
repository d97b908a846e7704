"""A whole programme year over HTTP, the one of the notice of 2024: from the first sign-in to the closed year."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pypdfium2
import pytest

from grader.cli import main
from tests.e2e.notice_2024 import ELECTIVES, KEYS, REQUIRED, write_content
from tests.e2e.server import Clock, Person, running

pytestmark = pytest.mark.slow

CHINA = ZoneInfo("Asia/Shanghai")
ADMIN_PASSWORD, LEARNER_PASSWORD, UNIT_PASSWORD = "Puban2024x", "Liulan7qiao", "Yunduo5shan"
TELEPHONE = "10000000001"
PEOPLE = (
    ("900001001", "吴管理", "单位管理员", "", "", ""),
    ("900001001", "赵学法", "学员", "国家机关工作人员", TELEPHONE, ""),
    ("900001001", "钱学法", "学员", "领导干部", "10000000002", ""),
    ("900001001", "孙学法", "学员", "领导干部", "10000000003", "临近退休"),
)


def test_programme_year_from_import_to_closed_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, data, clock = write_content(tmp_path / "content"), tmp_path / "data", Clock(at("2024-08-30 09:00"))
    slip = initialised(data, content, capsys)
    assert main(["publish", "--data", str(data)]) == 0

    with running(data, clock) as address:
        county = signed_in(address, *slip, new=ADMIN_PASSWORD)
        signed_in(address, "9000010010000", import_people(county), new=UNIT_PASSWORD)
        clock.time = at("2024-09-02 08:30")
        learner = first_sign_in(address)
        refused_before_its_time(learner)
        clock.time = at("2024-09-03 19:00")
        study_everything(learner, clock)
        clock.time = at("2024-11-05 10:00")
        learner.sign_in("zhaoxuefa", LEARNER_PASSWORD)
        assert sit(learner, clock, right=0) == ("未合格", "0")
        assert sit(learner, clock, right=47) == ("合格", "94")
        serial = print_and_check_certificate(learner)
        stranger_verifies(address, serial)
        unit_administrator_sees_the_figures(address)

    clock.time = at("2025-01-01 00:00")
    with running(data, clock) as address:
        learner, county = Person(address), Person(address)
        learner.sign_in("zhaoxuefa", LEARNER_PASSWORD)
        county.sign_in(slip[0], ADMIN_PASSWORD)
        the_year_is_closed(learner)
        frozen = county.submit("/admin/snapshots", "/admin/freeze").text
        assert "年终报表已存档" in frozen
        assert "33.3%（1/3）" not in frozen
        assert learner.open(f"/my/certificate/{serial}.pdf").content.startswith(b"%PDF")
        stranger_verifies(address, serial)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def initialised(data: Path, content: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The slip of `grader init`: account and one-time password."""
    assert main(["init", "--data", str(data), "--content", str(content), "--site", str(data / "site")]) == 0
    printed = capsys.readouterr().out
    account, password = (re.search(rf"{word}\s+(\S+)", printed) for word in ("账号", "密码"))
    assert account
    assert password
    return account[1], password[1]


def signed_in(address: str, name: str, password: str, *, new: str) -> Person:
    person = Person(address)
    assert "修改" in person.sign_in(name, password).text
    assert person.choose_password(password, new).ok
    return person


def import_people(county: Person) -> str:
    """Fill the service's own template and upload it: first to look, then to import, then again: nothing changes.

    Gives the slip of the unit's administrator.
    """
    book = openpyxl.load_workbook(BytesIO(county.open("/admin/roster/template.xlsx").content))
    units, people = book.create_sheet("单位"), book["花名册"]
    people.delete_rows(2, people.max_row)
    people.append(())
    people.cell(1, 9, "人员类别")
    people.cell(1, 10, "可不参加")
    for row in (("代码", "名称"), ("900001001", "某局")):
        units.append(row)
    for unit, name, role, tier, telephone, exemption in PEOPLE:
        people.append((None, name, None, tier, unit, None, telephone, None, role, exemption))
    stream = BytesIO()
    book.save(stream)
    files = {"file": stream.getvalue()}
    looked = county.submit("/admin/roster", "/admin/roster", files=files)
    assert "赵学法" in looked.text
    assert "赵学法" not in county.open("/admin/").text
    [carried] = re.findall(r'name="carried" value="([^"]*)"', looked.text)
    imported = county.submit("/admin/roster", "/admin/roster/confirm", files={"none": b""}, carried=carried)
    [slip] = set(re.findall(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", imported.text))
    assert "赵学法" in county.open("/admin/").text
    assert "不需要导入" in county.submit("/admin/roster", "/admin/roster", files=files).text
    assert county.open("/admin/").text.count("9000010010001") == 1
    return str(slip)


def first_sign_in(address: str) -> Person:
    """By telephone with the initial password and its last digits; the password must be changed before anything else."""
    learner = Person(address)
    assert "登记手机号码后四位" in learner.sign_in(TELEPHONE, "888888").text
    assert learner.submit("/my/sign-in", "/my/first-sign-in", name=TELEPHONE, tail="0002").status_code == 401
    assert learner.submit("/my/sign-in", "/my/first-sign-in", name=TELEPHONE, tail="0001").url.endswith("/my/password")
    assert learner.open("/exam/").url.endswith("/my/password")
    assert learner.call("/api/beat", lesson="fa-02", page=None).status_code == 403
    assert "不能与原密码或初始密码相同" in learner.choose_password("888888", "888888").text
    assert "同时含有字母和数字" in learner.choose_password("888888", "12345678").text
    assert learner.choose_password("888888", LEARNER_PASSWORD).url.endswith("/my/")
    again = Person(address)
    assert again.sign_in("zhaoxuefa", LEARNER_PASSWORD).url.endswith("/my/")
    return again


def refused_before_its_time(learner: Person) -> None:
    assert "还差 900 分钟学习时间（需要 20 学时）" in learner.open("/my/").text
    assert "考试将于 2024年11月1日 08:00 开始" in learner.submit("/my/", "/exam/start").text
    assert learner.call("/api/beat", lesson="none", page=None).json()["code"] == "unknown-lesson"


def study_everything(learner: Person, clock: Clock) -> None:
    """Twenty required lessons of 45 minutes and an elective, one an evening, in beats of half a minute."""
    for lesson in (*REQUIRED["agency"], ELECTIVES[0]):
        learner.sign_in("zhaoxuefa", LEARNER_PASSWORD)
        page = learner.call("/api/beat", lesson=lesson, page=None).json()["page"]
        for _ in range(90):
            clock.advance(seconds=30)
            answer = learner.call("/api/beat", lesson=lesson, page=page).json()
        assert (answer["lesson_seconds"], answer["reason"]) == (2700, "complete")
        clock.advance(days=1)
    assert (answer["total_hours"], answer["elective"]) == (20, True)


def sit(learner: Person, clock: Clock, *, right: int) -> tuple[str, str]:
    """One attempt with so many right answers; gives what the result page says."""
    paper = learner.submit("/exam/", "/exam/start")
    attempt = paper.url.rpartition("/")[2]
    items = dict.fromkeys(re.findall(r'name="item-([a-z]+-\d+-\d+)"', paper.text))
    assert len(items) == 50
    for number, item in enumerate(items):
        clock.advance(seconds=20)
        answer = learner.call(
            f"/api/exam/{attempt}/responses", item=item, response=response(item, number < right), sequence=number + 1
        )
        assert answer.json()["saved"] == item
    result = learner.submit(f"/exam/{attempt}", f"/exam/{attempt}", action="submit", sequence="99")
    assert result.url.endswith("/result")
    points = re.search(r'result__score"><strong>(\d+)</strong> 分', result.text)
    assert points
    return ("未合格" if "未合格" in result.text else "合格"), points[1]


def response(item: str, is_right: bool) -> list[str]:
    number = int(item.rpartition("-")[2])
    type = "single" if number <= 104 else "multiple" if number <= 106 else "judgement"
    right = {"single": "B", "multiple": "AC", "judgement": "F"}[type]
    assert KEYS["single"] == "B"
    wrong = {"single": "A", "multiple": "AB", "judgement": "T"}[type]
    return list(right if is_right else wrong)


def print_and_check_certificate(learner: Person) -> str:
    answer = learner.submit("/my/", "/my/certificate")
    document = pypdfium2.PdfDocument(answer.content)
    text = document[0].get_textpage().get_text_range().replace("\r\n", "").replace("\n", "")
    serial = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text)
    assert serial
    for words in (
        "学法考试合格证书",
        "赵学法",
        "某局",
        "国家机关工作人员",
        "2024年度国家工作人员学法考试",
        "20学时",
        "94分",
    ):
        assert words in text
    assert learner.submit("/my/", "/my/certificate").content == answer.content
    return serial[0]


def stranger_verifies(address: str, serial: str) -> None:
    page = Person(address).open(f"/verify/?serial={serial.lower()}").text
    assert "有效" in page
    assert "赵学法" in page
    assert Person(address).open("/verify/0000-0000-0000-0000").status_code == 404


def unit_administrator_sees_the_figures(address: str) -> None:
    administrator = Person(address)
    administrator.sign_in("9000010010000", UNIT_PASSWORD)
    page = administrator.open("/admin/").text
    assert "50.0%（1/2）" in page
    assert "已合格" in page
    assert "可不参加" in page
    assert administrator.submit("/admin/", "/admin/freeze").status_code == 403


def the_year_is_closed(learner: Person) -> None:
    answer = learner.call("/api/beat", lesson="fa-02", page=None).json()
    assert (answer["counted"], answer["reason"]) == (0, "closed")
    assert "本年度考试已经全部结束" in learner.submit("/my/", "/exam/start").text
