"""What every answer of the desk carries: no foreign code, no frames, no caches."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}{more}"
)
HEADERS = {
    "Content-Security-Policy": _POLICY.format(ancestors="'none'", more=""),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
# A page that shows another page of the desk in a frame, and the page that is shown.
WITH_FRAME = {"Content-Security-Policy": _POLICY.format(ancestors="'none'", more="; frame-src 'self'")}
IN_FRAME = {
    "Content-Security-Policy": _POLICY.format(ancestors="'self'", more="; require-trusted-types-for 'script'"),
    "X-Frame-Options": "SAMEORIGIN",
}


def add_headers(headers: MutableHeaders, path: str, tls: bool) -> None:
    """Adds what every answer carries; a header that a page has set itself stays."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-cache" if path.startswith("/static/") else "no-store")
    if tls:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
