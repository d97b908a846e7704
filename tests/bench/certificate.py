"""One certificate as a PDF against an empty page with the same font."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from fpdf import FPDF

from grader.certificate.data import CertificateData
from grader.certificate.fonts import default_fonts
from grader.certificate.page import certificate_text, render_certificate
from grader.domain.serial import Serial
from tests.bench.measure import Figure, compared, medians

ROUNDS = 30
GOAL = 0.035
URL = "https://xuefa.example.gov.cn/verify"
STATEMENT = "izbUUXI3QAKGhhFKOkpP9yx4smc" * 8 + "." + "p-_0SXcv6UiA0LXgaOx7mhIC6yDb4QBfMbiBxdWalGb" * 2
GIVEN_NAMES = "学知守用尊崇明普遵依敬懂建国志强秀英丽华文军桂兰玉梅海燕"


def measure() -> Iterator[Figure]:
    """Each certificate has another name, so that no glyph's shape is there already for that reason alone."""
    names = iter(f"赵{first}{second}" for first in GIVEN_NAMES for second in GIVEN_NAMES)
    with default_fonts().cut(certificate_text(_data("赵学法"), URL)) as font:

        def empty() -> None:
            pdf = FPDF("landscape", format="A4")
            pdf.add_font("certificate", fname=font.path)
            pdf.add_page()
            pdf.output()

        times = medians(lambda: _render(next(names)), empty, rounds=ROUNDS, warm_up=3)
    size = len(_render("赵学法"))
    yield compared(
        f"certificate: one PDF of {size / 1000:.0f} kB", times, yardstick="empty fpdf2 page, same font", most=GOAL
    )


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
