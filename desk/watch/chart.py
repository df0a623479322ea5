"""Bars as SVG, drawn on the server: no script, no inline style; colours come from the style sheet by class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Mapping, Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, FOOT = 640, 160, 22


@dataclass(frozen=True)
class Column:
    """One day: when it began, and the parts of its bar from the bottom up as (class of the style sheet, how many)."""

    at: float
    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """The height of the bar."""
        return sum(number for _, number in self.parts)


def day_name(at: float) -> str:
    """For example "3 Nov"."""
    moment = datetime.fromtimestamp(at, timezone.utc)
    return f"{moment.day} {moment:%b}"


def bars(columns: Sequence[Column], title: str, words: Mapping[str, str], mark: float = 0.0) -> Markup:
    """A bar chart with `title` as its accessible name, and a line at the moment `mark` (the last publication).

    `words` say what staff read for each part.
    """
    most = max([column.total for column in columns] + [1])
    step = WIDTH / max(1, len(columns))
    drawn = [_bar(column, number * step, step, most, words) for number, column in enumerate(columns)]
    drawn += [_name(column, number * step, step) for number, column in _named(columns)]
    drawn.append(_mark(columns, step, mark))
    return Markup(  # noqa: S704 - every part below is escaped or a number
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT + FOOT}"><title>{escape(title)}</title>'
        + "".join(drawn)
        + "</svg>"
    )


def _bar(column: Column, left: float, step: float, most: int, words: Mapping[str, str]) -> str:
    drawn, top = [], float(HEIGHT)
    for name, number in column.parts:
        height = HEIGHT * 0.95 * number / most
        top -= height
        if number:
            drawn.append(
                f'<rect class="part {escape(name)}" x="{left + step * 0.1:.1f}" y="{top:.1f}" '
                f'width="{step * 0.8:.1f}" height="{height:.1f}"><title>{day_name(column.at)}: '
                f"{number} {escape(words.get(name, name))}</title></rect>"
            )
    return "".join(drawn)


def _named(columns: Sequence[Column]) -> list[tuple[int, Column]]:
    """Some eight of the columns, so that their names do not run into each other."""
    every = max(1, len(columns) // 8)
    return list(enumerate(columns))[::every]


def _name(column: Column, left: float, step: float) -> str:
    return f'<text class="day" x="{max(24.0, left + step / 2):.1f}" y="{HEIGHT + 16}">{day_name(column.at)}</text>'


def _mark(columns: Sequence[Column], step: float, mark: float) -> str:
    if not columns or not columns[0].at <= mark <= columns[-1].at + 86400:
        return ""
    x = (mark - columns[0].at) / 86400 * step
    return f'<line class="published" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"><title>published</title></line>'
