"""Who may use the channel, and which files it serves."""

from __future__ import annotations

import pytest

from actions.clinic import ClinicError
from channels.pages import etag_of, filled, page_headers, read_page
from channels.site import cors_headers, is_allowed, read_site

LISTED = frozenset({"https://www.example.org"})
CLINIC = 'emergency: {emergency: "911", crisis: "988", poison: "1-800-222-1222"}\n'


@pytest.mark.parametrize(
    "origin, allowed",
    [
        (None, True),
        ("", True),
        ("https://bot.example.org", True),
        ("http://bot.example.org", True),
        ("https://www.example.org", True),
        ("https://evil.example", False),
        ("null", False),
        ("https://bot.example.org.evil.example", False),
        ("https://example.org", False),
    ],
)
def test_origins(origin, allowed):
    assert is_allowed(origin, "bot.example.org", LISTED) is allowed


def test_only_listed_origins_may_read_answers():
    assert cors_headers("https://www.example.org", LISTED)["Access-Control-Allow-Origin"] == "https://www.example.org"
    for origin in (None, "https://evil.example", "https://bot.example.org"):
        assert cors_headers(origin, LISTED) == {"Vary": "Origin"}


def test_clinic_file(tmp_path):
    file = tmp_path / "clinic.yml"
    file.write_text(CLINIC + "origins: [https://www.Example.org/, 'http://localhost:8000']\n")
    assert read_site(file).origins == {"https://www.example.org", "http://localhost:8000"}
    assert read_site(file).emergency["crisis"] == "988"
    for odd in ("*", "www.example.org", "https://a.org/path"):
        file.write_text(CLINIC + f"origins: ['{odd}']\n")
        with pytest.raises(ClinicError, match="origins"):
            read_site(file)
    file.write_text("emergency: {emergency: '911'}\n")
    with pytest.raises(ClinicError, match="crisis"):
        read_site(file)


def test_files_of_the_folder_and_no_others(tmp_path):
    (tmp_path / "widget").mkdir()
    for name in ("a.js", "b.test.js", "c.css", "README.md", ".hidden.js", "d.py"):
        (tmp_path / "widget" / name).write_text("x")
    (tmp_path / "secret.js").write_text("x")
    (tmp_path / "widget" / "link.js").symlink_to(tmp_path / "secret.js")
    served = lambda name: read_page(name, {}, tmp_path / "widget")  # noqa: E731
    assert served("a.js") == (b"x", "text/javascript; charset=utf-8") and served("b.test.js") and served("c.css")
    for name in (
        "../secret.js",
        "..%2fsecret.js",
        "/etc/passwd",
        "README.md",
        ".hidden.js",
        "d.py",
        "link.js",
        "",
        ".",
        "a.js\x00",
        "no.js",
    ):
        assert served(name) is None, name


PAGE = """<b>{{name|The Clinic}}</b>
<a href="tel:{{dial}}">{{phone}}</a>
"""


def test_a_page_names_the_clinic_and_never_invents_a_phone():
    known = filled(PAGE, {"name": "A & <B>", "phone": "(802) 555-0142"})
    assert known == '<b>A &amp; &lt;B&gt;</b>\n<a href="tel:8025550142">(802) 555-0142</a>\n'
    assert filled(PAGE, {"name": "", "phone": ""}) == "<b>The Clinic</b>\n"


@pytest.mark.parametrize("name", ["demo.html", "chat.html"])
def test_no_blank_stays_open(name):
    for clinic in ({}, {"name": "A", "phone": "555"}):
        content, _ = read_page(name, clinic)
        assert b"{{" not in content and b"<noscript>" in content and b"</html>" in content


def test_page_headers():
    headers = page_headers(LISTED)
    assert headers["Content-Security-Policy"].endswith("frame-ancestors 'self' https://www.example.org")
    assert "unsafe" not in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"] == "nosniff"
    assert etag_of(b"a") != etag_of(b"b")
