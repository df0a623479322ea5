"""The bar chart's SVG."""

from __future__ import annotations

from xml.etree import ElementTree

from desk.watch.chart import Column, bars, day_name

WEEK = [Column(day * 86400.0, (("answer", day), ("emergency", 1))) for day in range(7)]
WORDS = {"answer": "answered", "emergency": "emergency numbers"}


def test_the_chart_is_well_formed_and_has_a_name():
    drawn = ElementTree.fromstring(bars(WEEK, "Messages a day", WORDS))
    assert drawn[0].text == "Messages a day" and len(drawn.findall("rect")) == 13


def test_a_bar_says_what_it_counts_in_words_for_staff():
    assert "<title>3 Jan: 2 answered</title>" in bars(WEEK, "x", WORDS)


def test_no_inline_style_and_nothing_unescaped():
    assert "style=" not in bars(WEEK, "x", WORDS) and "<script>" not in bars(WEEK, "<script>", {"answer": "<script>"})


def test_the_publication_is_marked_when_it_is_in_the_picture():
    assert 'class="published"' in bars(WEEK, "x", WORDS, mark=86400.0 * 3)
    assert 'class="published"' not in bars(WEEK, "x", WORDS, mark=86400.0 * 30)


def test_no_columns_is_an_empty_chart():
    assert bars([], "x", WORDS).startswith("<svg")


def test_names_of_days():
    assert day_name(0) == "1 Jan"
