"""`python -m desk.training.job NUMBER LOCK`: makes one version, in a process group of its own and at low priority.

The desk starts it (start.py) and hands it the lock as an open file; its workers inherit it. It writes how far it is
into the version's row, and stops when that row says that somebody cancelled it. Whatever happens here, the published
version and the content that staff edit are not touched: it works on copies in the version's own folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Optional

import yaml

from desk import database
from desk.settings import Settings, read_settings
from desk.topics.files import Busy, changing
from desk.training import versions
from desk.training.answers import (
    Conversation,
    batch,
    cache_file,
    cited_by_topic,
    frozen,
    keep,
    kept,
    lost,
    play,
    smoke,
)
from desk.training.checks import faults, few_others, fewer_dangers, lost_examples
from desk.training.comparison import compare
from desk.training.diary import Cancelled, Diary
from desk.training.gate import gate, may_be_published
from desk.training.log import redacted
from desk.training.phrases import examples_of, lexicon_of, unmatched
from desk.training.snapshot import Unsettled, make_workplace, sha256_of, take_snapshot
from desk.training.stopped import Stopped, sentence_for, stop_for, too_long
from desk.training.worker import Worker, WorkerFailed, WorkerGone
from evaluation.broken_files import broken_files
from evaluation.content import Content, Problem, read_content, read_yaml
from evaluation.score import Result, figures

LIMIT, AGAIN = 600.0, 1.0  # seconds until it is stopped, and between two tries: Python may swallow what a signal raises
NICE = 10
Records = list[dict[str, Any]]


class Job:
    """One version on its way; `run` ends with a finished row, whatever happens."""

    def __init__(self, settings: Settings, engine: Any, number: int, lock: int = -1, limit: float = LIMIT) -> None:
        self._settings, self._limit = settings, limit
        self._keep = [lock] if lock >= 0 else []
        with engine.connect() as connection:
            found, self._published = versions.get(connection, number), versions.published(connection)
            since = (self._published or {}).get("published_at") or 0.0
            self._labels = versions.just_labelled(connection, since)
        assert found, "the desk makes the row first"
        self._folder = Path(found["folder"])
        self._diary = Diary(engine, found, against=(self._published or {}).get("id"))
        self._bounds: dict[str, Any] = {}

    @property
    def _content(self) -> Path:
        return self._folder / "content"

    @property
    def _model(self) -> Path:
        return self._folder / "model.tar.gz"

    def run(self) -> None:
        """From the snapshot to the gate."""
        self._folder.mkdir(parents=True, exist_ok=True)
        signal.signal(signal.SIGALRM, too_long)
        with (self._folder / "train.log").open("ab") as log:
            try:
                self._make_in_time(log)
            except Stopped as stop:
                self._diary.end(stop.state, why=str(stop), gate=stop.rows)
            except Cancelled:
                pass
            except Exception as error:
                log.write(traceback.format_exc().encode())
                self._diary.end("failed", why=sentence_for(error))
            finally:
                shutil.rmtree(self._folder / "work", ignore_errors=True)

    def _make_in_time(self, log: BinaryIO) -> None:
        signal.setitimer(signal.ITIMER_REAL, self._limit, AGAIN)
        try:
            self._make(log)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _make(self, log: BinaryIO) -> None:
        self._diary.enter("reading")
        self._bounds = yaml.safe_load((self._settings.project / "evaluation" / "gate.yml").read_text(encoding="utf-8"))
        self._diary.change(data_hash=self._snapshot(), process=os.getpid())
        stop_for(broken_files(self._content), "failed")
        place = make_workplace(self._content, self._settings.project, self._folder / "work" / "new")
        with ThreadPoolExecutor(2) as aside, ExitStack() as running:
            worker = running.enter_context(Worker(place, log, self._keep))
            worker.send("check")  # while Rasa is starting, we look for ourselves
            self._diary.enter("checking")
            content = self._check(place, worker)
            self._diary.enter("training")
            worker.do("train", out=str(place / "tmp" / "model.tar.gz"))
            self._diary.change(state="comparing")
            self._diary.enter("loading")
            os.replace(place / "tmp" / "model.tar.gz", self._model)
            sha256 = sha256_of(self._model)
            self._diary.change(sha256=sha256)
            worker.send("load", model=str(self._model))
            before = self._published_answers(log, running, aside)  # both on the other core, while this one answers
            phrases = aside.submit(self._unmatched)
            fewer, gone = self._losses(content)
            worker.answer()
            after = self._ask(worker, cited_by_topic(content.responses), sha256, gone)
            old = before.result()
        self._diary.enter("comparing")
        self._judge(content, old, after, gate(old, after, self._bounds, phrases.result(), fewer))

    def _snapshot(self) -> str:
        """A copy of the content, while nobody changes it; its hash."""
        try:
            with changing(self._settings.project):
                return take_snapshot(self._settings.project, self._content)
        except (Busy, Unsettled) as problem:
            raise Stopped("failed", str(problem)) from None

    def _check(self, place: Path, worker: Worker) -> Content:
        found, content = faults(place)
        if found or content is None:
            stop_for(found, "refused", self._losses(content)[0] if content else {})
        try:
            found = [Problem("content", said) for said in worker.answer()["problems"]]
        except WorkerGone:
            raise
        except WorkerFailed as failure:
            found = [Problem("content", redacted(str(failure)))]
        stop_for(found, "refused")
        assert content
        self._diary.figures["few"] = few_others(content)
        return content

    def _published_answers(
        self, log: BinaryIO, running: ExitStack, aside: ThreadPoolExecutor
    ) -> Future[Optional[Records]]:
        """What the published version answers, remembered or asked in a thread; None if there is none."""
        if not self._published:
            return aside.submit(lambda: None)
        model, content = Path(self._published["folder"]) / "model.tar.gz", Path(self._published["folder"]) / "content"
        if not model.is_file() or not content.is_dir():
            raise Stopped("failed", "The files of the published version are missing, so nothing can be compared.")
        asked = [*frozen(self._settings.project), *smoke(self._bounds)]
        file = cache_file(self._settings.folder, sha256_of(model), asked)
        found = kept(file)
        if found is not None:
            return aside.submit(lambda: found)
        place = make_workplace(content, self._settings.project, self._folder / "work" / "old")
        worker = running.enter_context(Worker(place, log, self._keep))
        cited = cited_by_topic(read_yaml(content / "domain.yml")["responses"])

        def ask() -> Records:
            worker.do("load", model=str(model))
            answered = play(worker, asked, cited, lambda _: None)
            keep(file, answered)
            return answered

        return aside.submit(ask)

    def _ask(self, worker: Worker, cited: dict[str, set[int]], sha256: str, gone: list[Conversation]) -> Records:
        asked = [*frozen(self._settings.project), *smoke(self._bounds)]
        every = [*asked, *gone, *batch(self._labels)]
        self._diary.enter("testing")
        found = play(worker, every, cited, self._diary.counting(len(every)))
        keep(cache_file(self._settings.folder, sha256, asked), found)
        return found

    def _unmatched(self) -> list[str]:
        """The examples of danger phrases, the published version's too, that the new model does not find."""
        examples = examples_of(self._content)
        if self._published:
            examples += examples_of(Path(self._published["folder"]) / "content")
        return unmatched(lexicon_of(self._model), examples)

    def _losses(self, content: Content) -> tuple[dict[str, list[str]], list[Conversation]]:
        """What danger topics have lost since the published version, and examples of it to ask the new one."""
        old = None
        if self._published:
            before = Path(self._published["folder"]) / "content"
            old = read_content(make_workplace(before, self._settings.project, self._folder / "work" / "past"))
        fewer = fewer_dangers(old, content, self._bounds)
        return fewer, lost(lost_examples(old, content, fewer))

    def _judge(self, content: Content, before: Optional[Records], after: Records, rows: list[dict[str, Any]]) -> None:
        self._diary.figures |= {"after": _shares(after), "before": _shares(before) if before else None}
        cited = {topic: set(answer["paragraphs"]) for topic, answer in content.answers.items()}
        good = may_be_published(rows)
        why = "" if good else "It does not hold what every version must hold."
        self._diary.end("ready" if good else "refused", why=why, gate=rows, comparison=compare(before, after, cited))


def _shares(records: Records) -> dict[str, Any]:
    return figures([Result(one, one["outcome"], one["seconds"]) for one in records if one["set"] == "frozen"])


def main(number: int, lock: int) -> None:
    """Makes version `number`."""
    os.nice(NICE)
    settings = read_settings()
    engine = database.connect(settings.database_url)
    Job(settings, engine, number, lock).run()
    engine.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
