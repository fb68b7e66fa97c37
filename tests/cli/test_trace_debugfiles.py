"""Lines of stripped files: from separate debug files where GDB looks for them, from servers only when asked."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import refusal, run
from tests.tools import need, output

SOURCE = """\
#include <pthread.h>
static void *work(void *given) { return given; }
int start(pthread_t *thread) {
    return pthread_create(thread, 0, work, 0);
}
"""
LINE = 4
NO_LINE = "no line of source is known"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Build x.so with debug information, and take that out into x.debug."""
    need("gcc", "objcopy", "strip")
    (tmp_path / "x.c").write_text(SOURCE)
    built = str(tmp_path / "x.so")
    output("gcc", "-g", "-O2", "-fPIC", "-shared", "-Wl,--build-id", "-o", built, str(tmp_path / "x.c"))
    output("objcopy", "--only-keep-debug", built, str(tmp_path / "x.debug"))
    output("strip", built)
    return tmp_path


def link_to(folder: Path, debug: str = "x.debug") -> None:
    """Write the name and the CRC of the debug file into the file."""
    output("objcopy", f"--add-gnu-debuglink={folder / debug}", str(folder / "x.so"))


def build_id(file: Path) -> str:
    found = re.search(r"Build ID: ([0-9a-f]+)", output("readelf", "-n", str(file)))
    assert found is not None
    return found[1]


def traced(folder: Path, *words: str, **environment: str) -> tuple[list[Any], str]:
    """Give the sources of the only site and the notes, in one text."""
    done = run(folder, "trace", "x.so", "pthread_create", "--format", "json", *words, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    (trace,) = json.loads(done.stdout)["traces"]
    sources = [site["source"] and site["source"]["line"] for site in trace["sites"]]
    assert [site["function"] for site in trace["sites"]] in (["start"], [None])
    return sources, " ".join(trace.get("notes", []))


@pytest.mark.parametrize("where", [".", ".debug"])
def test_the_debug_file_that_the_link_names_is_found_near_the_file(where: str, folder: Path) -> None:
    link_to(folder)
    (folder / where).mkdir(exist_ok=True)
    (folder / "x.debug").rename(folder / where / "x.debug")
    assert traced(folder) == ([LINE], "")


def test_a_debug_file_without_a_link_is_not_found_by_its_name_alone(folder: Path) -> None:
    sources, notes = traced(folder)
    assert sources == [None]
    assert NO_LINE in notes
    assert "--debug-dir names" not in notes.partition(NO_LINE)[0]


@pytest.mark.parametrize("layout", ["path", "build-id"])
def test_a_folder_of_debug_files_is_laid_out_as_the_one_of_the_system(layout: str, folder: Path) -> None:
    key = build_id(folder / "x.so")
    if layout == "path":
        link_to(folder)
        target = folder / "all" / str(folder).lstrip("/") / "x.debug"
    else:
        target = folder / "all" / ".build-id" / key[:2] / f"{key[2:]}.debug"
    target.parent.mkdir(parents=True)
    (folder / "x.debug").rename(target)
    assert traced(folder)[0] == [None]
    assert traced(folder, "--debug-dir", "all") == ([LINE], "")


def test_lines_are_those_of_addr2line(folder: Path) -> None:
    link_to(folder)
    done = run(folder, "trace", "x.so", "pthread_create", "--format", "json")
    ((site,),) = [row["sites"] for row in json.loads(done.stdout)["traces"]]
    said = output("addr2line", "-e", str(folder / "x.debug"), hex(site["address"])).split()[0]
    assert said == f"{site['source']['path']}:{site['source']['line']}"


def other_build(folder: Path) -> None:
    """Put the debug file of other sources where that of x.so was."""
    (folder / "y.c").write_text(SOURCE.replace("int start", "int other(void) { return 7; }\n\n\nint start"))
    output("gcc", "-g", "-O2", "-fPIC", "-shared", "-Wl,--build-id", "-o", str(folder / "y.so"), str(folder / "y.c"))
    output("objcopy", "--only-keep-debug", str(folder / "y.so"), str(folder / "x.debug"))


def test_a_debug_file_of_another_build_is_told_and_not_used(folder: Path) -> None:
    link_to(folder)
    other_build(folder)
    sources, notes = traced(folder)
    assert sources == [None]
    assert f"{folder}/x.debug is not used: it is of another build, or was changed" in notes


def test_a_debug_file_of_another_build_under_the_build_id_is_told_and_not_used(folder: Path) -> None:
    key = build_id(folder / "x.so")
    other_build(folder)
    target = folder / "all" / ".build-id" / key[:2] / f"{key[2:]}.debug"
    target.parent.mkdir(parents=True)
    (folder / "x.debug").rename(target)
    sources, notes = traced(folder, "--debug-dir", "all")
    assert sources == [None]
    assert f"{key[2:]}.debug is not used: it is of another build, or was changed" in notes


def test_a_better_debug_file_behind_one_of_another_build_is_used(folder: Path) -> None:
    link_to(folder)
    (folder / ".debug").mkdir()
    shutil.copy(folder / "x.debug", folder / ".debug" / "x.debug")
    other_build(folder)
    sources, notes = traced(folder)
    assert sources == [LINE]
    assert "is of another build, or was changed" in notes


@pytest.mark.parametrize("size", [0, 3, 64, 300, 2000])
def test_a_damaged_debug_file_is_told_and_not_used(size: int, folder: Path) -> None:
    link_to(folder)
    whole = (folder / "x.debug").read_bytes()
    (folder / "x.debug").write_bytes(whole[:size])
    sources, notes = traced(folder)
    assert sources == [None]
    assert f"{folder}/x.debug" in notes
    assert NO_LINE in notes


def test_a_debug_file_that_is_a_folder_or_a_pipe_is_passed_over(folder: Path) -> None:
    link_to(folder)
    (folder / "x.debug").unlink()
    (folder / "x.debug").mkdir()
    sources, notes = traced(folder)
    assert sources == [None]
    assert NO_LINE in notes


class Server:
    """A debuginfod on the loopback: it gives `content` for one build id, and notes what it was asked."""

    def __init__(self, key: str, content: bytes | None) -> None:
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answer, self.asked, key, content))
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(10)


class _Answer(BaseHTTPRequestHandler):
    timeout = 10

    def __init__(self, asked: list[str], key: str, content: bytes | None, *words: Any) -> None:
        self._asked, self._key, self._content = asked, key, content
        super().__init__(*words)

    def do_GET(self) -> None:
        self._asked.append(self.path)
        known = self._content is not None and self.path == f"/buildid/{self._key}/debuginfo"
        content = self._content if known and self._content is not None else b""
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Say nothing on the terminal of the tests."""


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Give a list for servers, which are closed at the end."""
    made: list[Server] = []
    yield made
    for server in made:
        server.close()


def serve(servers: list[Server], folder: Path, content: bytes | None) -> tuple[Server, dict[str, str]]:
    """Start a server; give it and the environment in which it is asked."""
    server = Server(build_id(folder / "x.so"), content)
    servers.append(server)
    cache = folder / "cache"
    cache.mkdir()
    loopback = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    return server, {"DEBUGINFOD_URLS": server.address, "DEBUGINFOD_CACHE_PATH": str(cache), **loopback}


def test_a_server_is_not_asked_unless_the_user_says_so(servers: list[Server], folder: Path) -> None:
    server, environment = serve(servers, folder, (folder / "x.debug").read_bytes())
    assert traced(folder, **environment)[0] == [None]
    assert server.asked == []


def test_a_server_that_has_the_debug_file_gives_the_line(servers: list[Server], folder: Path) -> None:
    need("debuginfod-find")
    server, environment = serve(servers, folder, (folder / "x.debug").read_bytes())
    assert traced(folder, "--debuginfod", **environment) == ([LINE], "")
    assert server.asked == [f"/buildid/{build_id(folder / 'x.so')}/debuginfo"]


def test_a_server_is_not_asked_for_what_is_here(servers: list[Server], folder: Path) -> None:
    server, environment = serve(servers, folder, b"")
    link_to(folder)
    assert traced(folder, "--debuginfod", **environment) == ([LINE], "")
    assert server.asked == []


def test_that_no_server_has_it_is_told(servers: list[Server], folder: Path) -> None:
    need("debuginfod-find")
    server, environment = serve(servers, folder, None)
    sources, notes = traced(folder, "--debuginfod", **environment)
    assert sources == [None]
    assert f"no debuginfod server has the debug file of build id {build_id(folder / 'x.so')}" in notes
    assert len(server.asked) >= 1


def test_what_a_server_gives_of_another_build_is_not_used(servers: list[Server], folder: Path) -> None:
    need("debuginfod-find")
    other_build(folder)
    _, environment = serve(servers, folder, (folder / "x.debug").read_bytes())
    sources, notes = traced(folder, "--debuginfod", **environment)
    assert sources == [None]
    assert "is not used: it is of another build, or was changed" in notes


def test_without_any_server_named_that_is_told(folder: Path) -> None:
    need("debuginfod-find")
    words = ("--debuginfod",)
    sources, notes = traced(folder, *words, DEBUGINFOD_URLS="", DEBUGINFOD_CACHE_PATH=str(folder / "cache"))
    assert sources == [None]
    assert "DEBUGINFOD_URLS names no server" in notes


def test_without_the_program_it_says_where_to_get_it(folder: Path) -> None:
    done = run(folder, "trace", "x.so", "--debuginfod", PATH=str(folder), DEBUGINFOD_URLS="http://127.0.0.1:9")
    assert refusal(done).startswith("debuginfod-find: is not installed; Debian has it in debuginfod")
