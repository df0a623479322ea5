"""A small picture of sureness against being right, as SVG drawn on the server."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from markupsafe import Markup, escape

SIDE, EDGE = 260, 34
RADIUS = (4.0, 13.0)
Bins = Sequence[Mapping[str, Any]]


def reliability(before: Bins, after: Bins, title: str) -> Markup:
    """Circles on a square: to the right the surer, upwards the more often right; on the diagonal it is as good as it
    says. The larger a circle, the more messages. `before` may be empty."""
    most = max([one["number"] for one in (*before, *after)] + [1])
    drawn = [_line("axis", 0, 0, 1, 0), _line("axis", 0, 0, 0, 1), _line("ideal", 0, 0, 1, 1)]
    drawn += [_circle("before", one, most) for one in before] + [_circle("after", one, most) for one in after]
    words = (
        f'<text x="{EDGE + SIDE / 2}" y="{SIDE + EDGE + 24}">how sure it is</text>'
        f'<text x="12" y="{EDGE + SIDE / 2}" transform="rotate(-90 12 {EDGE + SIDE / 2})">how often it is right</text>'
    )
    size = SIDE + 2 * EDGE
    return Markup(  # noqa: S704 - every part is escaped or a number
        f'<svg class="chart reliability" role="img" viewBox="0 0 {size} {size}"><title>{escape(title)}</title>'
        + "".join(drawn)
        + words
        + "</svg>"
    )


def _place(sure: float, right: float) -> tuple[float, float]:
    return EDGE + sure * SIDE, EDGE + (1 - right) * SIDE


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    (left, bottom), (right, top) = _place(x1, y1), _place(x2, y2)
    return f'<line class="{name}" x1="{left:.0f}" y1="{bottom:.0f}" x2="{right:.0f}" y2="{top:.0f}"/>'


def _circle(name: str, one: Mapping[str, Any], most: int) -> str:
    x, y = _place(one["sure"], one["right"])
    radius = RADIUS[0] + (RADIUS[1] - RADIUS[0]) * (one["number"] / most) ** 0.5
    says = f"{one['number']} messages: {one['sure']:.0%} sure, {one['right']:.0%} right".replace("%", " %")
    return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{says}</title></circle>'
