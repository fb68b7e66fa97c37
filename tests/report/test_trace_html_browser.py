"""The page of a trace in a real Chromium: what a click, a key, a search and a hostile name do there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from glibcheck.model.closure import Closure
from glibcheck.report.trace_html import render
from glibcheck.report.trace_view import Root, View
from glibcheck.trace import newest_of_each_family, traces
from glibcheck.workspace.system import load_closure
from tests.report.test_trace_html import evil
from tests.report.test_trace_text import binding, library
from tests.report.trace_values import FOUND, JUDGED, MAIN, ROOT, site
from tests.tools import missing, need
from tests.values import LIBC, linkage, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

# Transitions take time; the page has none for those who want less motion.
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--force-prefers-reduced-motion")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    need("chromium", "chromedriver")
    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, "--window-size=1400,1000"):
        options.add_argument(option)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def complaints(chrome: Chrome) -> list[str]:
    """Give what the browser wrote to its console since the last time."""
    return [entry["message"] for entry in chrome.get_log("browser")]  # type: ignore[no-untyped-call]


class Shown:
    """A page in the browser, and short ways to look at it."""

    def __init__(self, chrome: Chrome, folder: Path, view: View) -> None:
        self.chrome = chrome
        (folder / "page.html").write_text(render(view), encoding="ascii")
        chrome.get((folder / "page.html").as_uri())

    def all(self, selector: str) -> list[WebElement]:
        return self.chrome.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.chrome.find_element(By.CSS_SELECTOR, selector)

    def rows(self) -> list[str]:
        """Give the versions and holders of the rows that are not filtered away."""
        script = """return [...document.querySelectorAll("tbody tr:not([hidden])")].map(
            (row) => row.querySelector("button").textContent + " " + row.querySelector(".holder code").textContent)"""
        return list(self.chrome.execute_script(script))

    def numbers(self, kind: str, state: str) -> set[int]:
        """Give the numbers of the nodes or edges that are "lit", or "faded" as the browser computes it."""
        script = """return [...document.querySelectorAll("." + arguments[0])].map((found) => [
            Number(found.dataset[arguments[0]]), found.classList.contains("lit"),
            Number(getComputedStyle(found).opacity)])"""
        found = self.chrome.execute_script(script, kind)
        return {number for number, lit, opacity in found if (lit if state == "lit" else opacity < 0.5)}

    def press(self, key: str) -> None:
        self.one("body").send_keys(key)

    def complaints(self) -> list[str]:
        return complaints(self.chrome)


@pytest.fixture
def page(chrome: Chrome, tmp_path: Path) -> Iterator[Shown]:
    shown = Shown(chrome, tmp_path, JUDGED)
    yield shown
    assert shown.complaints() == []


FIRST = "tbody tr:not([hidden]) .version button"
NEWEST = "tbody tr[data-row='0'] .version button"


def test_a_click_on_a_version_lights_its_way_and_fades_the_rest(page: Shown) -> None:
    page.one(NEWEST).click()
    assert page.numbers("node", "lit") == {0, 1, 3}
    assert page.numbers("node", "faded") == {2, 4, 5, 6}
    lit = page.numbers("edge", "lit")
    assert len(lit) == 2
    assert page.numbers("edge", "faded") == set(range(8)) - lit
    assert page.one(NEWEST).get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("how", ["click", "escape", "another"])
def test_a_way_goes_out_again(how: str, page: Shown) -> None:
    page.one(NEWEST).click()
    if how == "click":
        page.one(NEWEST).click()
    elif how == "escape":
        page.press(Keys.ESCAPE)
    else:
        page.one("tbody tr[data-row='1'] .version button").click()
        assert page.numbers("node", "lit") == {0, 2}
        assert [row.get_attribute("data-row") for row in page.all("tr.current")] == ["1"]
        return
    assert page.numbers("node", "lit") == page.numbers("node", "faded") == set()
    assert page.one(NEWEST).get_attribute("aria-pressed") == "false"


def test_the_search_keeps_the_rows_that_have_all_its_words(page: Shown) -> None:
    everything = page.rows()
    assert len(everything) == 5
    page.one("#search").send_keys("SPARTAN.c hypot")
    assert page.rows() == ["GLIBC_2.35 libspartan.so"]
    assert page.one("#count").text == "1 of 7 requirements"
    page.one("#search").send_keys(" nowhere")
    assert page.rows() == []
    page.one("#reset").click()
    assert len(page.rows()) == 7


def test_buttons_and_the_list_of_families_filter(page: Shown) -> None:
    page.one("#judged").click()
    assert page.rows() == ["GLIBC_2.35 libspartan.so", "GLIBC_2.34 _x.so", "GLIBC_2.29 libspartan.so"]
    page.one("#judged").click()
    page.one("#systems").click()
    assert "GLIBC_2.4 libm.so.6" in page.rows()
    page.one("#family").send_keys("GLIBC_PRIVATE")
    assert page.rows() == ["GLIBC_PRIVATE libc.so.6"]


def test_a_click_on_a_file_keeps_its_requirements_alone(page: Shown) -> None:
    page.one(".node[data-node='1'] .box").click()
    assert page.rows() == ["GLIBC_2.35 libspartan.so", "GLIBC_2.29 libspartan.so", "GLIBC_2.2.5 libspartan.so"]
    assert page.one("#only").text.startswith("Only libspartan.so")
    page.one("#only").click()
    assert len(page.rows()) == 5


def test_the_keyboard_is_enough(page: Shown) -> None:
    page.one(".node[data-node='3']").send_keys(Keys.ENTER)
    assert page.rows() == ["GLIBC_2.4 libm.so.6"]
    page.press(Keys.ESCAPE)
    assert len(page.rows()) == 5
    page.one(NEWEST).send_keys(Keys.SPACE)
    assert page.numbers("node", "lit") == {0, 1, 3}


def test_the_theme_turns_and_turns_back(page: Shown) -> None:
    def background() -> str:
        return page.one("body").value_of_css_property("background-color")

    first = background()
    page.one("#theme").click()
    second = background()
    page.one("#theme").click()
    assert (background(), second != first) == (first, True)


def test_the_picture_is_made_larger_and_smaller(page: Shown) -> None:
    def width() -> float:
        return float(page.one("#graph").get_attribute("width") or 0)

    start = width()
    page.one("#in").click()
    assert width() > start
    page.one("#out").click()
    page.one("#out").click()
    assert width() < start


def test_hostile_names_do_nothing(chrome: Chrome, tmp_path: Path) -> None:
    shown = Shown(chrome, tmp_path, evil())
    assert shown.complaints() == []
    assert len(shown.all("script")) == 2
    assert shown.one("#search").get_attribute("value") == '"><script>'
    shown.one("#search").clear()
    shown.press(Keys.ESCAPE)
    names = chrome.execute_script(
        "return [...document.querySelectorAll('.holder code')].map((name) => name.textContent)"
    )
    assert "</title><script>alert(1)</script>" in names
    shown.one(NEWEST).click()
    assert shown.numbers("node", "lit")
    assert shown.complaints() == []


def test_the_policy_stops_what_escaping_would_have_missed(chrome: Chrome, tmp_path: Path) -> None:
    text = render(JUDGED).replace("<h1>", "<h1><script>document.title = 'caught'</script><img src=x onerror=alert(1)>")
    (tmp_path / "bad.html").write_text(text, encoding="ascii")
    chrome.get((tmp_path / "bad.html").as_uri())
    assert chrome.title == "_x.so: glibcheck trace"
    assert len([message for message in complaints(chrome) if "Content Security Policy" in message]) >= 2


def test_a_real_program_is_shown(chrome: Chrome, tmp_path: Path) -> None:
    path = "/bin/ls"
    if not os.path.exists(path):
        missing(path)
    closure = load_closure(path, "")
    found = traces(closure)
    shown = Shown(chrome, tmp_path, View(path, (Root(path, closure, newest_of_each_family(found), found),)))
    assert len(shown.all(".node")) == len(closure.libraries)
    assert len(shown.all("tbody tr")) == len({(row.holder, *row.requirement[:2]) for row in found})
    shown.one(FIRST).click()
    assert {0} < shown.numbers("node", "lit")
    assert shown.complaints() == []


def many() -> View:
    """Give a closure of 200 libraries with 2,000 requirements."""
    names = [f"libpart{number:03}.so.1" for number in range(200)]
    libraries, bindings = [], []
    for number, name in enumerate([MAIN, *names]):
        after = [names[other] for other in sorted({number, number * 7 % 200}) if number <= other < 200]
        needs = [required(LIBC, f"GLIBC_2.{minor}", f"f{number}", f"g{minor}") for minor in range(2, 12)]
        libraries.append(
            library(name, f"/app/{name}", "rpath", linkage(*needs, needed=after), *([MAIN] if number else []))
        )
        bindings += [binding(name, other, f"call_{other}") for other in after if other != name]
    closure = Closure(tuple(libraries), tuple(bindings), ())
    return View("many", (Root("many", closure, traces(closure)),))


def test_two_thousand_rows_are_filtered_and_lit(chrome: Chrome, tmp_path: Path) -> None:
    shown = Shown(chrome, tmp_path, many())
    assert (len(shown.all("tbody tr")), len(shown.all(".node"))) == (2010, 201)
    shown.one("#search").send_keys("f77 GLIBC_2.9")
    assert shown.rows() == ["GLIBC_2.9 libpart076.so.1"]
    shown.one("tbody tr:not([hidden]) .version button").click()
    assert shown.numbers("node", "lit") == {0, 77}
    assert shown.complaints() == []


LONG = "std::__detail::_Map_base<" + "a" * 3000 + ">::operator[](" + "b" * 500 + ")"


@pytest.mark.parametrize("width", [1400, 420])
def test_long_names_do_not_widen_the_table(width: int, chrome: Chrome, tmp_path: Path) -> None:
    long = site(
        "hypot", "link map", function=LONG, source=("/" + "s" * 900, 7), section=".text." + "t" * 900, offset=4,
        object="/" + "o" * 900 + ".a", member="m" * 300 + ".o", pulls=(("p" * 900 + ".o", "q" * 900),),
    )  # fmt: skip
    rows = tuple(row._replace(sites=(long,) if "hypot" in row.requirement.symbols else row.sites) for row in FOUND)
    size = chrome.get_window_size()
    chrome.set_window_size(width, 1000)
    try:
        shown = Shown(chrome, tmp_path, JUDGED._replace(roots=(ROOT._replace(shown=rows, found=rows),)))
        widths = shown.chrome.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert widths[0] <= widths[1]
        assert shown.one(".function").get_attribute("title") == LONG
        assert shown.one(".function").text == "in std::__detail::_Map_base<...>::operator[](...)"
    finally:
        chrome.set_window_size(size["width"], size["height"])


def test_what_is_too_new_comes_first(page: Shown) -> None:
    marks = [row.get_attribute("class") or "" for row in page.all("tbody tr")]
    assert ["too-new" in mark for mark in marks] == sorted(("too-new" in mark for mark in marks), reverse=True)
