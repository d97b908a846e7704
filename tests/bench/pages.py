"""What a phone loads and sees: weight of the heaviest lesson cold, our scripts, its largest paint, shifts.

Chromium as `grader demo` serves it, at a quarter of the processor's speed, 1.6 Mbit/s and 150 ms. The yardstick of a
lesson is the page of the guide for learners on the same network; the search is measured in the page itself.
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, Response, sync_playwright

from grader.demo.run import build_site_if_changed
from tests.bench.measure import Figure, duration
from tests.course_project import REPOSITORY
from tests.e2e.process import GRADER, Server

ROUNDS = 3
MOST_WEIGHT, MOST_SCRIPT, MOST_INDEX = 120 * 1000, 25 * 1000, 400 * 1000
"""Bytes as they travel, gzipped."""
MOST_PAINT, MOST_SHIFT, MOST_QUERY = 1.5, 0.02, 0.05
"""Seconds, share of the screen, seconds."""
QUERIES = ("第三百六十六条", "居住权", "审计机关")
CHROMIUM = "/usr/bin/chromium"
_WATCH = """
window.seen = {paint: 0, shift: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.paint = one.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value; })
  .observe({type: "layout-shift", buffered: true});
"""


def measure() -> Iterator[Figure]:
    """The heaviest lesson as a guest opens it for the first time, then the search."""
    build_site_if_changed()
    lesson = max((REPOSITORY / "content/course/lessons").glob("*.md"), key=lambda file: file.stat().st_size).stem
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data", arguments=(*GRADER, "demo"))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            server.start("/")
            seen = [_opened(browser, f"{server.address}/lessons/{lesson}/") for _ in range(ROUNDS)]
            plain = [_opened(browser, f"{server.address}/guide/learner/") for _ in range(ROUNDS)]
            yield from _lesson(lesson, seen, plain)
            yield from _search(browser, f"{server.address}/")
        finally:
            browser.close()
            server.interrupt()


class Seen:
    """One cold visit: bytes that travelled, of scripts of ours, seconds to the largest paint, share that shifted."""

    def __init__(self, weight: int, script: int, paint: float, shift: float) -> None:
        self.weight, self.script, self.paint, self.shift = weight, script, paint, shift


def _opened(browser: Browser, address: str) -> Seen:
    context = browser.new_context(viewport={"width": 390, "height": 780}, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    page.add_init_script(_WATCH)
    network = _slowed(page)
    loaded: list[Response] = []

    def keep(response: Response) -> None:
        loaded.append(response)

    page.on("response", keep)
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(address, wait_until="networkidle")
    if page.query_selector("#study"):  # its script loads once it is known who reads, which may be later
        page.wait_for_selector("#study:not([hidden])")
        page.wait_for_load_state("networkidle")
    seen = page.evaluate("window.seen")
    scripts = [one for one in loaded if "/assets/js/" in one.url]
    weight = sum(len(gzip.compress(one.body(), 9)) for one in scripts)
    context.close()
    return Seen(sum(sizes), weight, seen["paint"] / 1000, seen["shift"])


def _slowed(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    limits = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
    session.send("Network.emulateNetworkConditions", limits)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return session


def _lesson(lesson: str, seen: list[Seen], plain: list[Seen]) -> Iterator[Figure]:
    def row(name: str, value: float, beside: float, most: float, text: str, beside_text: str, goal: str) -> Figure:
        return Figure(
            name=f"pages: {name}",
            figure=text,
            yardstick=f"guide: {beside_text}",
            ratio=value / beside if beside else None,
            goal=f"≤ {goal}",
            met=value <= most,
        )

    weight, light = _median(seen, "weight"), _median(plain, "weight")
    yield row(f"{lesson} cold", weight, light, MOST_WEIGHT, _kb(weight), _kb(light), _kb(MOST_WEIGHT))
    script, few = _median(seen, "script"), _median(plain, "script")
    yield row("scripts of ours", script, few, MOST_SCRIPT, _kb(script), _kb(few), _kb(MOST_SCRIPT))
    paint, early = _median(seen, "paint"), _median(plain, "paint")
    yield row("largest paint", paint, early, MOST_PAINT, duration(paint), duration(early), duration(MOST_PAINT))
    shift, still = max(one.shift for one in seen), max(one.shift for one in plain)
    yield row("shift", shift, still, MOST_SHIFT, f"{shift:.3f}", f"{still:.3f}", f"{MOST_SHIFT:g}")


def _search(browser: Browser, address: str) -> Iterator[Figure]:
    page = browser.new_context().new_page()
    page.goto(address, wait_until="networkidle")
    loaded: list[Response] = []

    def keep(response: Response) -> None:
        loaded.append(response)

    page.on("response", keep)
    page.focus("#course-query")
    page.wait_for_timeout(2000)
    index = sum(len(gzip.compress(one.body(), 9)) for one in loaded if "search.json" in one.url)
    yield Figure(
        name="pages: search index",
        figure=_kb(index),
        yardstick="-",
        goal=f"≤ {_kb(MOST_INDEX)}",
        met=index <= MOST_INDEX,
    )
    taken = [_asked(page, query) for query in QUERIES]
    slowest = max(taken)
    yield Figure(
        name="pages: a query",
        figure=duration(slowest),
        yardstick=f"median {duration(statistics.median(taken))}",
        goal=f"≤ {duration(MOST_QUERY)}",
        met=slowest <= MOST_QUERY,
    )


def _asked(page: Page, query: str) -> float:
    """Seconds from the last letter to the list."""
    milliseconds: float = page.evaluate(
        """query => {
          const input = document.getElementById("course-query");
          input.value = query;
          const begun = performance.now();
          input.dispatchEvent(new InputEvent("input"));
          document.querySelector(".course-search__list").getBoundingClientRect();
          return performance.now() - begun;
        }""",
        query,
    )
    return milliseconds / 1000


def _median(seen: list[Seen], name: str) -> float:
    values: list[float] = [getattr(one, name) for one in seen]
    return statistics.median(values)


def _kb(size: float) -> str:
    return f"{size / 1000:.0f} kB"
