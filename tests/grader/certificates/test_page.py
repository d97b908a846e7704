from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import segno
from PIL import Image, ImageChops

from grader.certificates.data import CertificateData
from grader.certificates.fonts import MissingGlyph, default_fonts
from grader.certificates.page import (
    PdfDocument,
    TextTooLong,
    certificate_text,
    chinese_date,
    draw_certificate,
    render_certificate,
)
from grader.domain.serial import Serial

VERIFY_URL = "https://xuefa.example.gov.cn/verify"
STATEMENT = "izbUUXI3QAKGhhFKOkpP9yx4smc" * 8 + "." + "p-_0SXcv6UiA0LXgaOx7mhIC6yDb4QBfMbiBxdWalGb" * 2
BODY = "{name}（{unit}，{tier}）参加2026年度国家工作人员学法考试，完成规定课程6学时，考试成绩86分，考核合格，特发此证。"
LONGEST_NAME = "阿卜杜热依木·麦麦提吐尔逊·阿卜杜拉·买买提明·艾合买提江"
LONGEST_UNIT = (
    "示例省示例自治州示例县示例镇人民政府综合行政执法大队示例片区"
    "执法中队驻示例村第一工作组临时党支部办公室及联络服务站和其他"
)
FRAME = (13.0, 13.0, 284.0, 197.0)
"""Left, top, right, bottom of the inner frame, in mm."""


def certificate(*, name: str = "张伟", unit: str = "示例县人力资源和社会保障局", body: str = BODY) -> CertificateData:
    tier = "国家机关工作人员"
    return CertificateData(
        title="学法考试合格证书",
        name=name,
        unit=unit,
        tier=tier,
        programme="2026年度国家工作人员学法考试",
        body=body.format(name=name, unit=unit, tier=tier),
        issuer="示例县普法工作办公室",
        issued=datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
        serial=Serial("G00000000000011X"),
        hours=6,
        score=86,
    )


def render(data: CertificateData, *, verify_url: str = VERIFY_URL, statement: str = STATEMENT) -> bytes:
    return render_certificate(data, verify_url=verify_url, statement=statement)


def page_text(pdf: bytes, page: int = 0) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()
    return text.replace("\r\n", "\n")


def picture(pdf: bytes, dots_per_inch: float) -> Image.Image:
    bitmap = pypdfium2.PdfDocument(pdf)[0].render(scale=dots_per_inch / 72, grayscale=True)
    image: Image.Image = bitmap.to_pil().convert("L")
    return image


def character_boxes(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every visible character, in mm from the page's top left."""
    page = pypdfium2.PdfDocument(pdf)[0]
    texts, height = page.get_textpage(), page.get_height()
    places = [i for i in range(texts.count_chars()) if texts.get_text_range(i, 1).strip()]
    boxes = [texts.get_charbox(place) for place in places]
    return [tuple(value * 25.4 / 72 for value in (x0, height - y1, x1, height - y0)) for x0, y0, x1, y1 in boxes]


def link_code(statement: str, error: str) -> list[list[bool]]:
    """The modules of the QR code that the certificate should carry."""
    code = segno.make_qr(f"{VERIFY_URL}/G00000000000011X#{statement}", error=error, mask=2)
    return [[bool(bit) for bit in row] for row in code.matrix]


def printed_code(image: Image.Image, *, side: int, width: float) -> list[list[bool]]:
    """The modules as printed at 300 dpi, `width` mm wide: the pixel in the middle of each."""
    left, top, module = (mm * 300 / 25.4 for mm in (38, 182 - width, width / side))
    middles = [(i + 0.5) * module for i in range(side)]
    return [[image.getpixel((int(left + x), int(top + y))) == 0 for x in middles] for y in middles]


def test_certificate_text_matches_the_golden(golden: Callable[[str, str], None]) -> None:
    golden("certificate.txt", page_text(render(certificate())))


def test_certificate_picture_matches_the_golden(request: pytest.FixtureRequest) -> None:
    path = Path(__file__).parent / "goldens" / "certificate.png"
    image = picture(render(certificate()), 50)
    if request.config.getoption("--update-goldens"):
        image.save(path, optimize=True)

    difference = ImageChops.difference(image, Image.open(path)).histogram()

    assert sum(difference[64:]) <= sum(difference) // 2000


def test_certificate_text_extracts_with_poppler(tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "certificate.pdf"
    path.write_bytes(render(certificate(name="㛃䶮𬭸")))

    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, encoding="utf-8").stdout

    body = certificate(name="㛃䶮𬭸").body
    assert body in re.sub(r"\n", "", text)


def test_certificate_is_pdf_a_with_the_signed_link_in_its_metadata() -> None:
    pdf = render(certificate(name="<张&伟>")).decode(errors="ignore")

    assert re.findall(r"<(pdfaid:\w+|dc:identifier|xmp:CreateDate|xmp:ModifyDate)>([^<]*)<", pdf) == [
        ("pdfaid:part", "2"),
        ("pdfaid:conformance", "U"),
        ("dc:identifier", f"{VERIFY_URL}/G00000000000011X#{STATEMENT}"),
        ("xmp:CreateDate", "2026-11-23T09:30:00+08:00"),
        ("xmp:ModifyDate", "2026-11-23T09:30:00+08:00"),
    ]
    assert "学法考试合格证书（&lt;张&amp;伟&gt;）" in pdf
    assert "/GTS_PDFA1" in pdf


def test_certificate_of_the_same_award_has_the_same_bytes() -> None:
    assert render(certificate()) == render(certificate())


def test_certificate_is_small() -> None:
    assert len(render(certificate())) <= 40_000


@pytest.mark.parametrize(
    ("length", "error", "modules", "width"),
    [(300, "m", 73, 34), (451, "m", 85, 34), (452, "l", 77, 34), (591, "l", 85, 34), (700, "l", 93, 37.2)],
)
def test_qr_code_holds_the_link_in_modules_of_at_least_0_4_mm(
    length: int, error: str, modules: int, width: float
) -> None:
    statement = (STATEMENT * 3)[:length]
    code = link_code(statement, error)

    image = picture(render(certificate(), statement=statement), 300)

    assert (len(code), width / modules >= 0.4 - 1e-9) == (modules, True)
    assert printed_code(image, side=modules, width=width) == code


@pytest.mark.parametrize("issuer", ["示例县司法局", "中共示例自治州示例县委全面依法治县委员会办公室"])
@pytest.mark.parametrize("unit", ["示例局", LONGEST_UNIT])
@pytest.mark.parametrize("name", ["丁一", LONGEST_NAME, "𰻞" * 30])
def test_certificate_fits_long_names_units_and_issuers(name: str, unit: str, issuer: str) -> None:
    data = replace(certificate(name=name, unit=unit), issuer=issuer)

    pdf = render(data, verify_url="https://xuefa-kaoshi.putong-fazhi.example.gov.cn/2026/verify")

    left, top, right, bottom = FRAME
    assert [b for b in character_boxes(pdf) if b[0] < left or b[1] < top or b[2] > right or b[3] > bottom] == []
    assert data.body in re.sub(r"\s", "", page_text(pdf))
    assert data.issuer in page_text(pdf)


def test_certificate_has_the_name_even_if_the_body_leaves_it_out() -> None:
    data = certificate(body="考核合格，特发此证。")

    assert page_text(render(data)).splitlines()[:3] == ["学法考试合格证书", "张伟", "考核合格，特发此证。"]


def test_certificate_names_a_character_that_no_font_has() -> None:
    with pytest.raises(MissingGlyph, match="“𪚥”（U\\+2A6A5）"):
        render(certificate(name="张𪚥"))


def test_certificate_refuses_a_text_that_does_not_fit() -> None:
    with pytest.raises(TextTooLong, match=r"证书正文过长（1204 个字），一页排不下"):
        render(certificate(name="张伟", body="{name}合格" + "学" * 1200))


def test_one_document_holds_several_certificates() -> None:
    awards = [certificate(name="张伟"), certificate(name="欧阳明月")]
    with default_fonts().cut("".join(certificate_text(award, VERIFY_URL) for award in awards)) as font:
        pdf = PdfDocument(font)
        for award in awards:
            draw_certificate(pdf, award, font=font, verify_url=VERIFY_URL, statement=STATEMENT)
        document = bytes(pdf.output())

    assert [page_text(document, page) for page in (0, 1)] == [page_text(render(award)) for award in awards]


def test_certificate_sets_each_line_of_the_body_as_a_paragraph() -> None:
    data = certificate(body="{name}同志：\r\n考核合格。\n特发此证。")

    assert page_text(render(data)).splitlines()[1:4] == ["张伟同志：", "考核合格。", "特发此证。"]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), "二〇二六年十一月二十三日"),
        (date(2026, 1, 1), "二〇二六年一月一日"),
        (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2027, 12, 20), "二〇二七年十二月二十日"),
        (date(2028, 2, 29), "二〇二八年二月二十九日"),
        (date(2029, 3, 31), "二〇二九年三月三十一日"),
    ],
)
def test_chinese_date_is_written_in_chinese_numerals(day: date, text: str) -> None:
    assert chinese_date(day) == text
