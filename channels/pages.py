"""The widget's own files and pages, and the headers that go with them."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path
from typing import Mapping

FOLDER = Path(__file__).resolve().parent.parent / "widget"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[a-z]+)+")
_BLANK = re.compile(r"\{\{(\w+)(?:\|([^}]*))?\}\}")  # {{phone}}, or with a default {{phone|(802) 555-0142}}
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def read_page(name: str, clinic: Mapping[str, str], folder: Path = FOLDER) -> tuple[bytes, str] | None:
    """Content and content type of a file that lies in `folder` itself; None for everything else.

    A page's blanks are filled from `clinic`, which has `name` and `phone`.
    """
    path = folder / name
    if not _NAME.fullmatch(name) or path.suffix not in TYPES or path.is_symlink() or not path.is_file():
        return None
    content = path.read_bytes()
    if path.suffix == ".html":
        content = filled(content.decode("utf-8"), clinic).encode("utf-8")
    return content, TYPES[path.suffix]


def filled(page: str, clinic: Mapping[str, str]) -> str:
    """`page` with its blanks filled. A line with a blank that has neither value nor default is left out."""
    values = {key: value for key, value in clinic.items() if value}

    def fill(blank: re.Match[str]) -> str:
        name, default = blank[1], blank[2] or ""
        if name == "dial":
            return re.sub(r"[^\d+]", "", values.get("phone") or default)
        return html.escape(values.get(name) or default)

    def is_known(line: str) -> bool:
        return all(one[2] or values.get("phone" if one[1] == "dial" else one[1]) for one in _BLANK.finditer(line))

    return "".join(_BLANK.sub(fill, line) for line in page.splitlines(keepends=True) if is_known(line))


def etag_of(content: bytes) -> str:
    """The ETag of a file's content, so that a browser asks again but loads only what changed."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def page_headers(origins: frozenset[str]) -> dict[str, str]:
    """The headers of a page or script; only the clinic's own sites may put it into a frame."""
    ancestors = " ".join(["'self'", *sorted(origins)])
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
    return {**SAFE_HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-cache"}
