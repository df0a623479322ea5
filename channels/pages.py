"""The widget's own files and pages, and the headers that go with them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "widget"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[a-z]+)+")
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def read_page(name: str, folder: Path = FOLDER) -> tuple[bytes, str] | None:
    """Content and content type of a file that lies in `folder` itself; None for everything else."""
    path = folder / name
    if not _NAME.fullmatch(name) or path.suffix not in TYPES or path.is_symlink() or not path.is_file():
        return None
    return path.read_bytes(), TYPES[path.suffix]


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
