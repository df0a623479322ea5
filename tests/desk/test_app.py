"""What every answer carries, the pages for errors, and how the desk starts or says why not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.testclient import TestClient

from desk.settings import ROOT
from tests.conftest import free_port, wait_for
from tests.desk.conftest import DESK

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def add_page(app, path, error):
    """A page that fails."""

    def fail(request):
        raise error

    app.router.routes.insert(0, Route(path, fail))


@pytest.mark.parametrize("path", ["/login", "/", "/nothing", "/static/desk.css", "/static/nothing.js", "/account"])
def test_every_answer_is_strict(stranger, path):
    headers = stranger.get(path).headers
    assert headers["content-security-policy"] == STRICT
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == ("no-cache" if "static" in path else "no-store")


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "Your role does not include this"), (404, "no such page"), (409, "Somebody was faster"), (413, "too large")],
)
def test_errors_are_pages(desk_app, sign_in, status, words):
    add_page(desk_app, "/fails", HTTPException(status))
    answer = sign_in().get("/fails")
    assert answer.status_code == status and words in answer.text and "</html>" in answer.text


def test_our_own_sentence_is_shown_escaped(desk_app, sign_in):
    add_page(desk_app, "/fails", HTTPException(409, "Grace changed <b>this</b> topic."))
    assert "Grace changed &lt;b&gt;this&lt;/b&gt; topic." in sign_in().get("/fails").text


def test_a_failure_tells_nothing_of_itself(desk_app, sign_in):
    add_page(desk_app, "/fails", RuntimeError("the visitor said something private"))
    cookies = dict(sign_in().cookies)
    client = TestClient(desk_app, base_url=DESK, cookies=cookies, raise_server_exceptions=False)
    answer = client.get("/fails")
    assert answer.status_code == 500 and "Something went wrong here" in answer.text
    assert "private" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["content-security-policy"] == STRICT


class Inline(HTMLParser):
    """Collects what a strict policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith(("on", "hx-on"))]


def test_no_template_has_inline_script_or_style():
    for template in (ROOT / "desk" / "templates").rglob("*.html"):
        parser = Inline()
        parser.feed(re.sub(r"{[%#].*?[%#]}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL))
        assert not parser.found, template


def test_nothing_marks_text_as_safe_without_a_look():
    for template in (ROOT / "desk" / "templates").rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape", template.read_text(encoding="utf-8")), template


def run(tmp_path: Path, *arguments: str, lines: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m desk …` as a process, with a database of its own."""
    own = {"DESK_DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}", "DESK_FOLDER": str(tmp_path), **environment}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "desk", *arguments],
        cwd=ROOT,
        env={**os.environ, **own},
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,  # without a terminal, getpass reads what is piped in
    )


def test_it_does_not_start_for_others_with_a_secret_that_all_know(tmp_path):
    refused = run(tmp_path, DESK_HOST="0.0.0.0")
    assert refused.returncode == 2 and "set DESK_SECRET" in refused.stderr and "Traceback" not in refused.stderr


def test_it_starts_and_stops(tmp_path):
    port = free_port()
    own = {
        "DESK_DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}",
        "DESK_FOLDER": str(tmp_path),
        "DESK_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "desk"],
        cwd=ROOT,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/login")
        answer = httpx.get(f"http://127.0.0.1:{port}/static/htmx.min.js")
        assert answer.status_code == 200 and "server" not in answer.headers
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}" in said and "add-admin" in said


def test_it_says_plainly_that_the_database_is_away(tmp_path):
    refused = run(tmp_path, DESK_DATABASE_URL=f"sqlite:///{tmp_path}")
    assert refused.returncode == 2 and "database cannot be reached" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_command_for_the_first_admin(tmp_path):
    added = run(tmp_path, "add-admin", "Ada Byron", lines="a good long password\n" * 2)
    assert added.returncode == 0 and "Ada Byron is an admin now." in added.stdout
    refused = run(tmp_path, "add-admin", "Eve", lines="short\nshort\n")
    assert refused.returncode == 2 and "at least 12 characters" in refused.stderr


def test_the_desk_imports_no_rasa():
    code = "import sys, desk.app; sys.exit(any(name.split('.')[0] in ('rasa', 'tensorflow') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, timeout=60).returncode == 0
