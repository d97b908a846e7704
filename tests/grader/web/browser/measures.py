"""Measures of a page as it is shown: sizes of targets and text, sideways scroll, contrast."""

from __future__ import annotations

from playwright.sync_api import Page

SIZES = """
() => {
  const shown = (node) => node.getClientRects().length && !node.closest(".unseen, .skip");
  const targets = "button, .button, .tabs a, .footer a, .tool, .lesson, select, .option, summary, .answer-sheet a,"
    + "input:not([type=hidden]):not([type=radio]):not([type=checkbox])";
  const low = Array.from(document.querySelectorAll(targets)).filter(shown)
    .filter((node) => node.getBoundingClientRect().height < TARGET - .5)
    .map((node) => `${node.tagName} ${node.textContent.trim().slice(0, 12)} ${node.getBoundingClientRect().height}`);
  return {
    low,
    body: parseFloat(getComputedStyle(document.body).fontSize) >= TEXT,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}
"""
FINE: dict[str, object] = {"low": [], "body": True, "sideways": 0}

CONTRAST = """
() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const over = (front, back) => front.slice(0, 3).map((c, i) => c * (front[3] ?? 1) + back[i] * (1 - (front[3] ?? 1)));
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const own = channels(getComputedStyle(node).backgroundColor);
    return (own[3] ?? 1) === 1 ? own : over(own, ground(node.parentElement));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const weak = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.getClientRects().length || node.closest(".skip, .unseen")) continue;
    const style = getComputedStyle(node), back = ground(node);
    const [a, b] = [luminance(over(channels(style.color), back)), luminance(back)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
    const ratio = (a + .05) / (b + .05);
    if (ratio < (large ? 3 : 4.5)) weak.push(`${walker.currentNode.data.trim().slice(0, 12)} ${ratio.toFixed(2)}`);
  }
  return weak;
}
"""


def measure(page: Page, *, target: float, text: float) -> object:
    return page.evaluate(SIZES.replace("TARGET", str(target)).replace("TEXT", str(text)))
