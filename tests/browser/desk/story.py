"""The people, the servers and the content of the story (test_story.py): all real, all over a copy of the project."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from desk.database import groups, turns
from desk.people import staff
from desk.training.snapshot import CODE
from tests.live.published import LiveDesk, following
from tests.servers import ROOT, ActionServer, free_port

PASSWORD = "a good long password"
QUESTION = "do i have to quit my job for this treatment"
ALIKE = (
    "would i have to give up my job for this treatment",
    "must i leave my job to do this treatment",
    "will i need to quit my job for the treatment",
)
OTHERS = (  # what else visitors ask, so that the queue is not empty but for them
    "is it okay to fly on holiday with it in my bag",
    "may i take it on the plane in my bag when i go on holiday",
    "does my insurance card have to be shown each time",
    "will it show up in a blood test at my sports club",
    "can my dog stay with me at the clinic",
    "is coffee a problem with it",
    "is coffee a problem with this",
    "who sees what i type here",
    "what colour is it",
    "do i pay when i cancel an appointment",
    "is the shot better than yoga for stress",
    "does it keep me from sleeping before an exam",
)
MORE = (
    "can i hold down a job with naltrexone",
    "how do people fit this round a job",
    "does it mean time off work",
    "can i work full time while taking this",
    "i have a nine to five, how would this fit",
    "will this get in the way of my work",
    "night shifts and naltrexone, is that possible",
    "do i need sick leave for it",
    "i just started a new job and cant miss days for this",
    "working and naltrexone",
)
TITLE = "Naltrexone and your job"
ANSWER = (
    "You do not have to go to a clinic every day for naltrexone, so it disturbs daily life less. "
    "The tablet is usually a once-a-day medicine. The shot goes into a muscle once a month. "
    "Ask your provider how that fits your work."
)
WRONG = " About 70 % of people keep their job."
FACTS = (("Benefits Over Other Treatment Options", 74), ("Forms and Administration Methods", 31))


class World:
    """Desk, action server and Rasa; the desk edits the content that the action server reads."""

    def __init__(self, folder: Path) -> None:
        self.desk = LiveDesk(folder)
        project = self.desk.project
        for name in ("evaluation/cases", *CODE):
            shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "evaluation" / "gate.yml", project / "evaluation")
        self.actions = ActionServer.at(free_port(), folder / "actions.log")
        self.actions.place = project
        self.rasa = following(folder, self.desk, self.actions.port)

    def start(self) -> None:
        """Starts the three of them, and gives three people a password."""
        self.desk.start()
        with self.desk.engine.begin() as connection:
            for name, role in (("Ada Byron", "reviewer"), ("Grace Hopper", "publisher")):
                staff.mark_toured(connection, staff.add(connection, "test", name, role, PASSWORD))
        self.actions.start()
        self.rasa.start()

    def stop(self) -> None:
        """Ends them."""
        for server in (self.rasa, self.actions, self.desk.server):
            server.kill()

    @property
    def url(self) -> str:
        """The bot's address."""
        return self.rasa.base

    def captured(self, text: str) -> list[dict[str, Any]]:
        """The turns with this text, as the desk has them."""
        with self.desk.engine.connect() as connection:
            return [dict(row) for row in connection.execute(turns.select().where(turns.c.text == text)).mappings()]

    def all_captured(self) -> bool:
        """Whether the desk has every message so far."""
        with self.desk.engine.connect() as connection:
            return len(connection.execute(turns.select()).all()) == 1 + len(ALIKE) + len(OTHERS)

    def let_minutes_pass(self) -> None:
        """The desk waits until nobody will rephrase any more; what was said until now is made five minutes older."""
        with self.desk.engine.begin() as connection:
            connection.execute(turns.update().values(at=turns.c.at - 300))

    def group_of(self, text: str) -> dict[str, Any] | None:
        """The group that a message is in."""
        with self.desk.engine.connect() as connection:
            query = groups.select().join(turns, turns.c.group_id == groups.c.id).where(turns.c.text == text)
            found = connection.execute(query).mappings().first()
            return dict(found) if found else None

    def picture(self, page: Any, name: str, top: str = "body") -> None:
        """A picture for the documentation, if the environment's DESK_PICTURES names a folder for them."""
        if folder := os.environ.get("DESK_PICTURES"):
            page.locator(top).evaluate("node => { document.activeElement.blur(); node.scrollIntoView(); }")
            page.wait_for_timeout(300)
            path = ROOT / folder / f"{name}.png"
            page.screenshot(path=str(path))
            Image.open(path).quantize(128).save(path, optimize=True)  # half the size, and nobody sees it

    def staff(self, browser: Any, name: str) -> Any:
        """A page of somebody who has logged in at the desk with name and password."""
        page = browser.new_context(
            base_url=self.desk.url, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
        ).new_page()
        page.set_default_timeout(30_000)
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Ten messages").wait_for()
        return page


class Stopwatch:
    """How long each step took, for the one who runs the test."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def of(self, step: str, work: Callable[[], Any]) -> Any:
        """What `work` gives; its seconds are noted."""
        started = time.monotonic()
        done = work()
        self.seconds[step] = time.monotonic() - started
        return done

    def told(self) -> str:
        """All steps."""
        return ", ".join(f"{step} {seconds:.0f} s" for step, seconds in self.seconds.items())
