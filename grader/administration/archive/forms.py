"""The forms of people who need not take part, each a page of its own that opens and prints without the service."""

from __future__ import annotations

from html import escape

from grader.administration.exemptions.form import TITLE, ExemptionForm, FormCell

_STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;color:#000;font:16px/1.7 sans-serif}h1{text-align:center}"
    ".facts{display:flex;flex-wrap:wrap;justify-content:space-between}"
    "table{width:100%;border-collapse:collapse;table-layout:fixed}"
    "th,td{padding:.6rem .7rem;border:1px solid #000;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{width:6.5em;text-align:center;vertical-align:middle}"
    ".tall td{height:6rem}.sign{margin:3rem 0 0;text-align:right}"
    "@page{size:A4}@media print{body{margin:0}}"
)


def form_page(form: ExemptionForm, *, name: str) -> bytes:
    """The person's form as HTML in UTF-8."""
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in form.facts)
    title = escape(f"{TITLE}：{name}")
    page = (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><h1>{TITLE}</h1>'
        f'<p class="facts">{facts}</p><table>{"".join(map(_row, form.rows))}</table><p>{escape(form.note)}</p>'
        "</body></html>\n"
    )
    return page.encode()


def _row(cells: tuple[FormCell, ...]) -> str:
    span = ' colspan="3"' if len(cells) == 1 else ""
    tall = ' class="tall"' if cells[0].tall else ""
    return f"<tr{tall}>{''.join(_cell(cell, span) for cell in cells)}</tr>"


def _cell(cell: FormCell, span: str) -> str:
    sign = f'<p class="sign">{escape(cell.sign)}</p>' if cell.sign else ""
    return f'<th scope="row">{escape(cell.label)}</th><td{span}>{escape(cell.text)}{sign}</td>'
