"""One certificate as a PDF against fpdf2 used naively, which is given the whole font each time, in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pylopdf_fonts_zh_cn
import segno
from fpdf import FPDF

from grader.certificates.data import CertificateData
from grader.certificates.page import check_certificate, chinese_date, render_certificate
from grader.domain.serial import Serial
from tests.bench.measure import Figure, compared, medians

ROUNDS = 30
GOAL_RATIO = 0.2
YARDSTICK = "naive fpdf2, whole font"
URL = "https://xuefa.example.gov.cn/verify"
STATEMENT = "izbUUXI3QAKGhhFKOkpP9yx4smc" * 8 + "." + "p-_0SXcv6UiA0LXgaOx7mhIC6yDb4QBfMbiBxdWalGb" * 2
GIVEN_NAMES = "学知守用尊崇明普遵依敬懂建国志强秀英丽华文军桂兰玉梅海燕"


def measure() -> Iterator[Figure]:
    """Each certificate has another name, so that no glyph's shape is there already for that reason alone."""
    names = iter(f"赵{first}{second}" for first in GIVEN_NAMES for second in GIVEN_NAMES)
    times = medians(lambda: _render(next(names)), lambda: _naive(next(names)), rounds=ROUNDS, warm_up=3)
    size = len(_render("赵学法"))
    yield compared(
        f"certificate: one PDF of {size / 1000:.0f} kB",
        times,
        yardstick="naive fpdf2, whole font",
        most_ratio=GOAL_RATIO,
    )
    award = medians(lambda: check_certificate(_data(next(names)), verify_url=""), rounds=ROUNDS)
    yield compared("certificate: whether it can be printed", (*award, times[1]), yardstick=YARDSTICK)


def _naive(name: str) -> bytes:
    """A page of the same texts and the same code as fpdf2's documentation does it."""
    data = _data(name)
    pdf = FPDF("landscape", format="A4")
    pdf.add_font("serif", fname=pylopdf_fonts_zh_cn.serif_path())
    pdf.set_font("serif", size=18)
    pdf.add_page()
    for text in (data.title, data.body, data.issuer, data.serial, URL, chinese_date(data.issued)):
        pdf.multi_cell(0, 12, text, new_x="LMARGIN", new_y="NEXT")
    code = segno.make_qr(f"{URL}/{data.serial}#{STATEMENT}", error="m", mask=2)
    for row, bits in enumerate(code.matrix):
        for column, bit in enumerate(bits):
            if bit:
                pdf.rect(20 + column * 0.5, 150 + row * 0.5, 0.5, 0.5, style="F")
    return bytes(pdf.output())


def _render(name: str) -> bytes:
    return render_certificate(_data(name), verify_url=URL, statement=STATEMENT)


def _data(name: str) -> CertificateData:
    unit, tier, programme = "示例县人力资源和社会保障局", "国家机关工作人员", "2026年度国家工作人员学法考试"
    return CertificateData(
        title="学法考试合格证书",
        name=name,
        unit=unit,
        tier=tier,
        programme=programme,
        body=f"{name}（{unit}，{tier}）参加{programme}，完成20学时，成绩86分，考核合格，特发此证。",
        issuer="示例县普法工作办公室",
        issued=datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        serial=Serial("G00000000000011X"),
        hours=20,
        score=86,
    )
