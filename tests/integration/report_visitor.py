"""Runs inside the examiner image: visits rendered reports with Chromium and says, as JSON, what was met.

The folder of pages is served at the one address that the image's browser may visit.
"""

from __future__ import annotations

import base64
import functools
import http.server
import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

ORIGIN = "http://rendu.test:8080"
AXE = Path("/opt/axe/axe.min.js")
SCREENS = {"poste": (1280, 720), "téléphone": (390, 844)}
WHOLE = bool(os.environ.get("ETABLI_ESSAIS_LONGS"))
"""Whether each page is looked at in the dark on every screen; else on a desk, and the class on a phone: its cards."""
CLASS = "index.html"
SMALL = (360, 800)
"""A small phone, for the largest text."""
LAPTOP = (1366, 768)
"""A school's laptop, on which a whole class is read."""
A4_WIDTH = 718
"""Pixels between the margins of a printed A4 page."""
MEDIA_BOX = re.compile(rb"/Type /Page\b.*?/MediaBox \[([0-9. ]+)\]", re.DOTALL)
"""Each page of a PDF, with its size in points."""

LAYOUT = """
const box = document.documentElement;
return {
  sideways: box.scrollWidth - box.clientWidth,
  background: getComputedStyle(document.body).backgroundColor,
  broken: [...document.images].filter(image => !image.complete || !image.naturalWidth).length,
  pictures: document.images.length,
  matrix: !!document.querySelector('.matrix')?.offsetParent,
  cards: !!document.querySelector('.cards')?.offsetParent,
  small: [...document.querySelectorAll('a.tile')].filter(a => a.offsetParent &&
    Math.min(a.getBoundingClientRect().width, a.getBoundingClientRect().height) < 24).length,
};
"""
STICKY = """
const box = document.querySelector('.matrix-box');
const corner = box.querySelector('.corner'), last = box.querySelector('tbody:last-child tr:last-child .point');
box.style.maxHeight = '400px'; box.style.width = '600px';
box.scrollTo(500, 5000);
const frame = box.getBoundingClientRect();
return {
  scrolled: box.scrollLeft > 0 && box.scrollTop > 0,
  top: Math.abs(corner.getBoundingClientRect().top - frame.top),
  left: Math.abs(last.getBoundingClientRect().left - frame.left),
};
"""
LEGIBLE = """
const box = document.documentElement, matrix = document.querySelector('.matrix-box');
const sizes = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const holder = texts.currentNode.parentElement;
  if (texts.currentNode.textContent.trim() && holder.checkVisibility() && !holder.closest('.vh'))
    sizes.add(parseFloat(getComputedStyle(holder).fontSize));
}
const cut = [...matrix.querySelectorAll('th')].filter(head =>
  head.offsetParent && (head.scrollWidth > head.clientWidth + 1 || head.scrollHeight > head.clientHeight + 1));
return {
  sideways: box.scrollWidth - box.clientWidth,
  matrix: matrix.scrollWidth - matrix.clientWidth,
  smallest: Math.min(...sizes),
  cut: cut.map(head => head.innerText),
  targets: [...document.querySelectorAll('a.tile')].filter(a => a.offsetParent &&
    Math.min(a.getBoundingClientRect().width, a.getBoundingClientRect().height) < 24).length,
};
"""
COLOURED = """
const found = new Set();
for (const shown of document.querySelectorAll('body, body *')) if (shown.checkVisibility()) {
  const style = getComputedStyle(shown);
  for (const name of ['color', 'backgroundColor', 'borderTopColor', 'fill']) {
    const parts = style[name].match(/[0-9.]+/g)?.map(Number) ?? [];
    if (parts.length > 2 && parts[3] !== 0 && !(parts[0] === parts[1] && parts[1] === parts[2]))
      found.add(`${shown.tagName} ${shown.className.baseVal ?? shown.className} ${name} ${style[name]}`);
  }
}
return [...found];
"""
READ = (
    "return document.body.innerText + [...document.links].filter(a => a.checkVisibility()).map(a => a.href).join(' ')"
)
AIDES = """
return [...document.querySelectorAll('#c-liste-ordre .aide')].map(
  aide => aide.querySelector('summary').checkVisibility());
"""
RUN_AXE = """
const [asked, done] = arguments;
axe.run(document, {resultTypes: ['violations'], ...asked}).then(
  found => done(found.violations.map(v => ({
    id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + n.failureSummary)}))),
  problem => done([{id: 'axe', impact: 'critical', nodes: [String(problem)]}]));
"""


def browser() -> webdriver.Chrome:
    """Starts the image's Chromium."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/lib/chromium/chromium-headless-shell"  # an exam's, which draws no window
    for argument in (
        "--disable-gpu",
        "--no-first-run",
        "--host-resolver-rules=MAP rendu.test 127.0.0.1, MAP * ~NOTFOUND",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))


def serve(folder: str) -> None:
    """Serves the pages in the background."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def media(driver: webdriver.Chrome, kind: str, scheme: str = "light") -> None:
    """Plays a medium and a colour scheme."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})


def size(driver: webdriver.Chrome, width: int, height: int) -> None:
    """Plays a screen."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def visit(driver: webdriver.Chrome, page: str) -> list[dict[str, Any]]:
    """Looks at one page as it opens, on every screen, with everything unfolded; in the dark, colours alone differ.

    Axe reads a page on the desk, and on a phone with the largest text (:func:`visit_large`): on the other phone when all
    is tried.
    """
    return [
        {"screen": screen, **look(driver, page, sizes, scheme, rules=rules)}
        for screen, sizes in SCREENS.items()
        for scheme, rules in (("light", None if WHOLE or screen == "poste" else []), ("dark", ["color-contrast"]))
        if WHOLE or (screen, scheme) != ("téléphone", "dark") or page == CLASS
    ]


def visit_large(driver: webdriver.Chrome, page: str) -> list[dict[str, Any]]:
    """Looks at one page with the largest text and with names, on a small phone, and what differs in the dark on a desk."""
    shown = "document.getElementById('taille-3').click(); document.getElementById('noms')?.click();"
    found = [{"screen": "petit téléphone", **look(driver, page, SMALL, "light", shown)}]
    if WHOLE:
        dark = look(driver, page, SCREENS["poste"], "dark", shown, ["color-contrast"])
        found.append({"screen": "poste", **dark})
    return found


def look(
    driver: webdriver.Chrome,
    page: str,
    sizes: tuple[int, int],
    scheme: str,
    first: str = "",
    rules: list[str] | None = None,
) -> dict[str, Any]:
    """Opens a page, does something first, unfolds everything and lets axe look, by these rules, by none or by all."""
    size(driver, *sizes)
    media(driver, "screen", scheme)
    driver.get(f"{ORIGIN}/{page}")
    driver.execute_script(first + "document.querySelectorAll('details').forEach(fold => fold.open = true)")
    found = []
    if rules != []:
        driver.execute_script(AXE.read_text("utf-8"))
        found = driver.execute_async_script(RUN_AXE, {"runOnly": rules} if rules else {})
    return {"page": page, "scheme": scheme, "axe": found, **driver.execute_script(LAYOUT)}


def names(driver: webdriver.Chrome, page: str) -> dict[str, Any]:
    """Presses the switch of names by keyboard, reads before and after, prints, reloads."""
    size(driver, *SCREENS["poste"])
    media(driver, "screen")
    driver.get(f"{ORIGIN}/{page}")
    seen = {"before": driver.execute_script(READ)}
    driver.find_element(By.ID, "noms").send_keys(Keys.SPACE)
    seen["after"] = driver.execute_script(READ)
    driver.refresh()
    seen["reloaded"] = driver.execute_script(READ)
    media(driver, "print")
    seen["printed"] = driver.execute_script(READ)
    return seen


def aides(driver: webdriver.Chrome, page: str) -> dict[str, Any]:
    """Opens three aides one by one with the keyboard, and says after each which can be seen."""
    size(driver, *SCREENS["poste"])
    media(driver, "screen")
    driver.get(f"{ORIGIN}/{page}")
    steps = [driver.execute_script(AIDES)]
    for summary in driver.find_elements(By.CSS_SELECTOR, "#c-liste-ordre .aide > summary")[:2]:
        summary.send_keys(Keys.ENTER)
        steps.append(driver.execute_script(AIDES))
    media(driver, "print")
    return {"steps": steps, "printed": driver.execute_script(AIDES)}


def text_sizes(driver: webdriver.Chrome, page: str) -> list[str]:
    """Makes the text larger with the arrow keys."""
    media(driver, "screen")
    driver.get(f"{ORIGIN}/{page}")
    found = []
    for choice in ("taille-1", "taille-2", "taille-3"):
        found.append(driver.execute_script("return getComputedStyle(document.documentElement).fontSize"))
        driver.find_element(By.ID, choice).send_keys(Keys.ARROW_RIGHT)
    return found


def printed(driver: webdriver.Chrome, page: str) -> dict[str, Any]:
    """Looks at one page as it is printed."""
    size(driver, A4_WIDTH, 1054)
    media(driver, "print")
    driver.get(f"{ORIGIN}/{page}")
    return {"page": page, **driver.execute_script(LAYOUT)}


def whole_class(driver: webdriver.Chrome, page: str) -> list[dict[str, Any]]:
    """Looks at a large class on a laptop, then prints it: with names, and without them when all is tried."""
    found = []
    for named in (False, True) if WHOLE else (True,):
        size(driver, *LAPTOP)
        media(driver, "screen")
        driver.get(f"{ORIGIN}/{page}")
        if named:
            driver.find_element(By.ID, "noms").send_keys(Keys.SPACE)
        seen = driver.execute_script(LEGIBLE)
        media(driver, "print")
        seen["coloured"] = driver.execute_script(COLOURED)
        media(driver, "")
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        pdf = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
        seen["paper"] = [[float(side) for side in box.split()] for box in MEDIA_BOX.findall(pdf)]
        found.append(seen)
    return found


def keyboard(driver: webdriver.Chrome, page: str) -> list[str]:
    """Presses Tab, Enter, and says where the focus went."""
    size(driver, *SCREENS["poste"])
    media(driver, "screen")
    driver.get(f"{ORIGIN}/{page}")
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    first = driver.switch_to.active_element
    found = [str(first.get_attribute("href"))]
    first.send_keys(Keys.ENTER)
    return [*found, str(driver.switch_to.active_element.get_attribute("id"))]


def main(folder: str, pages: list[str]) -> None:
    """Visits the pages and prints what was met."""
    serve(folder)
    driver = browser()
    try:
        met: dict[str, Any] = {"visits": [seen for page in pages for seen in visit(driver, page)]}
        met["large"] = [seen for page in pages for seen in visit_large(driver, page)]
        met["names"] = names(driver, pages[0])
        met["chase"] = names(driver, "a-relancer.html")
        met["aides"] = aides(driver, "SNO-01/index.html")
        met["sizes"] = text_sizes(driver, pages[-1])
        met["printed"] = [printed(driver, page) for page in pages]
        met["whole"] = whole_class(driver, "large/index.html")
        met["keyboard"] = keyboard(driver, pages[-1])
        media(driver, "screen")
        driver.get(f"{ORIGIN}/large/index.html")
        met["sticky"] = driver.execute_script(STICKY)
        met["console"] = [entry["message"] for entry in driver.get_log("browser")]  # type: ignore[no-untyped-call]
    finally:
        driver.quit()
    print(json.dumps(met))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
