"""Topics and the Check page in a real browser: editing, live checks, the preview in the real chat, keys, axe."""

from __future__ import annotations

import dataclasses
import shutil
import time
from dataclasses import asdict

import pytest
from accessibility import violations, violations_in_both

from desk.database import audit, checks, danger_edits
from desk.topics.answers import read_answer
from evaluation.content import ROOT, read_examples
from evaluation.findings import Finding
from evaluation.fingerprint import data_hash
from tests.desk.topics.made import EXAMPLES, TEXT

WIDE, TABLET = {"width": 1280, "height": 900}, {"width": 768, "height": 1024}
PAGES = (
    "/topics",
    "/topics/sinclair_method",
    "/topics/liver_disease",
    "/topics/escalate_liver",
    "/topics/out_of_scope",
)
SMALL = """() => [...document.querySelectorAll('button, .button, select, textarea, summary, nav a, input:not([type=hidden])')]
  .filter(node => node.checkVisibility() && !node.classList.contains('hidden'))
  .map(node => node.matches('[type=radio], [type=checkbox]') ? node.closest('label') ?? node : node)
  .map(node => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


@pytest.fixture
def project(desk, tmp_path):
    """A copy of the content, which the desk edits."""
    copy = tmp_path / "content"
    for folder in ("data", "evaluation/cases"):
        shutil.copytree(ROOT / folder, copy / folder)
    for file in ("domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / file, copy)
    desk[0].state.desk = dataclasses.replace(desk[0].state.desk, project=copy)
    return copy


def fill(desk, project):
    """A check with findings of most kinds, and a change of danger that waits."""
    one = next(example for example in read_examples(project / "data" / "nlu.yml") if example.label == "cost")
    found = [
        Finding("agreement", "has no rule for x", where="data/rules.yml"),
        Finding("near", topic="cost", example=one.text, other_topic="cbt", other="nearly the same"),
        Finding("suspect", topic="cost", example=one.text, other_topic="escalate_liver", must=False),
        Finding("balance", "It has 9 examples, the middle topic 160.", "cbt", must=False),
    ]
    row = {"state": "done", "started_at": time.time(), "finished_at": time.time()}
    edit = {"topic": "escalate_liver", "edits": [["escalate_liver", "", "my eyes look like mustard"]], "by": "Eve"}
    with desk[0].state.desk.engine.begin() as connection:
        findings = [asdict(finding) for finding in found]
        connection.execute(checks.insert().values(data_hash=data_hash(project), findings=findings, **row))
        connection.execute(danger_edits.insert().values(at=time.time(), state="waiting", **edit))
    return one


def test_every_page_is_accessible_and_fits_a_tablet(desk, open_as, project):
    one = fill(desk, project)
    page = open_as("publisher", viewport=WIDE)
    for path in (*PAGES, f"/topics/cost?example={one.text}#here", "/topics/new", "/check", "/decided"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        assert violations_in_both(page) == [], path
        assert page.evaluate(SMALL) == [], path
        page.set_viewport_size(TABLET)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.set_viewport_size(WIDE)
    assert page.complaints == []


def test_a_wrong_figure_is_named_while_one_writes_and_refused(open_as, project):
    page, old = open_as("publisher", viewport=WIDE), read_answer(project, "sinclair_method")
    page.goto("/topics/sinclair_method")
    page.get_by_label("The answer").fill(old.text + " It works for 99 % of people. Take two tablets.")
    page.get_by_text("“99 %” is not in the facts").wait_for()
    page.get_by_text("sounds like advice on a dose").wait_for()
    page.get_by_role("button", name="Save the answer").click()
    page.get_by_text("“99 %” is not in the facts").wait_for()
    assert read_answer(project, "sinclair_method") == old
    page.get_by_label("The answer").fill(old.text + " Your provider can tell you more.")
    page.get_by_text("Nothing is wrong with this answer.").wait_for()
    page.get_by_role("button", name="Save the answer").click()
    page.get_by_text("The answer is saved.").wait_for()
    assert read_answer(project, "sinclair_method").text.endswith("tell you more.")


def test_two_editors(open_as, project):
    ada, ben = open_as("publisher", name="Ada"), open_as("publisher", name="Ben")
    old = read_answer(project, "sinclair_method")
    for page, words in ((ada, " Ask your provider."), (ben, " Your provider knows more.")):
        page.goto("/topics/sinclair_method")
        page.get_by_label("The answer").fill(old.text + words)
    ada.get_by_role("button", name="Save the answer").click()
    ada.get_by_text("The answer is saved.").wait_for()
    ben.get_by_role("button", name="Save the answer").click()
    ben.get_by_role("heading", name="Somebody else changed this answer").wait_for()
    assert "Your provider knows more." in ben.locator("main").inner_text()
    assert violations(ben) == []
    assert read_answer(project, "sinclair_method").text.endswith("Ask your provider.")


@pytest.mark.parametrize("name", ["sinclair_method", "liver_disease"])
def test_a_draft_in_the_real_chat(open_as, project, name):
    page = open_as("reviewer", viewport=WIDE)
    page.goto(f"/topics/{name}")
    page.evaluate("document.getElementById('text').readOnly = false")
    page.get_by_label("The answer").fill("A draft with <b>signs</b> & so on.")
    page.get_by_role("button", name="Preview in the chat").click()
    chat = page.frame_locator("iframe[name=preview]")
    chat.get_by_text("A draft with <b>signs</b> & so on.", exact=True).first.wait_for()
    if name == "liver_disease":
        chat.get_by_text("Please contact your provider about this before anything else.").first.wait_for()
    chat.locator("textarea").fill("and again?")
    chat.locator("textarea").press("Enter")
    chat.locator(".line.bot .bubble", has_text="A draft with").nth(1).wait_for()
    assert page.complaints == []


def test_a_new_topic_by_the_keyboard_alone(desk, open_as, project):
    page = open_as("publisher", viewport=WIDE)
    page.goto("/topics/new")
    page.get_by_label("What visitors type").focus()
    page.keyboard.type("\n".join(EXAMPLES))
    page.keyboard.press("Tab")
    page.keyboard.type("Who wrote the guide")
    page.keyboard.press("Tab")
    page.keyboard.type(TEXT)
    page.get_by_text("Choose at least one paragraph").wait_for()
    page.get_by_text("What Does Naltrexone Do?", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Paragraph 7.").focus()
    page.keyboard.press("Space")
    page.get_by_text("Nothing is wrong with this answer.").wait_for()
    page.get_by_role("button", name="Preview in the chat").focus()
    page.keyboard.press("Enter")
    page.frame_locator("iframe[name=preview]").get_by_text("The guide comes from Fusion").first.wait_for()
    page.get_by_role("button", name="Make the topic").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The topic is made.").wait_for()
    assert page.get_by_role("heading", name="Who wrote the guide").is_visible()
    assert sum(one.label == "who_wrote_the_guide" for one in read_examples(project / "data" / "nlu.yml")) == 8
    assert page.complaints == []


def test_an_example_is_found_changed_and_taken_back(desk, open_as, project):
    page, before = open_as("publisher", viewport=WIDE), (project / "data" / "nlu.yml").read_bytes()
    page.set_default_timeout(30_000)  # each step reads and compares all examples
    old = [one.text for one in read_examples(project / "data" / "nlu.yml") if one.label == "cost"][60]
    page.goto("/topics/cost")
    page.get_by_label("Find among").fill(old)
    page.get_by_role("button", name="Find").click()
    page.locator(".examples summary").first.click()
    page.get_by_label("New wording").first.fill("any idea what quuxmarket charges for it")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("The examples are changed.").wait_for()
    assert b"quuxmarket" in (project / "data" / "nlu.yml").read_bytes()
    page.get_by_role("button", name="Take this back").first.click()
    page.get_by_text("+ " + old).first.wait_for()
    assert (project / "data" / "nlu.yml").read_bytes() == before
    with desk[0].state.desk.engine.connect() as connection:
        changes = audit.select().where(audit.c.what != "published")  # the model of `make train`, at the start
        assert len(connection.execute(changes).all()) == 2


def test_from_a_finding_to_its_place(desk, open_as, project):
    one = fill(desk, project)
    page = open_as("reviewer", viewport=WIDE)
    page.goto("/check")
    page.locator("li", has_text="looks more like").get_by_role("link").first.click()
    assert page.locator("#here q").inner_text().strip('“”"') == one.text
    page.goto("/check")
    page.locator("li", has_text="looks more like").locator("summary").click()
    page.get_by_label("Why").first.fill("It is about money")
    page.get_by_role("button", name="Put it aside").first.click()
    page.get_by_text("1 put aside").wait_for()
    assert page.get_by_text("looks more like").is_hidden()
