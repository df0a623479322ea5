"""The capture's own process: reads numbered turns from its standard input, redacts them, writes them, and says so.

Started by courier.py. It imports neither Rasa nor TensorFlow, stands back behind those who answer visitors, and ends
when its input does, which also happens if the bot is killed. Signals that stop the bot are not for it: the bot stops
first and closes the pipe.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Iterator, Optional

from desk.capture.courier import URL

if TYPE_CHECKING:
    from desk.capture.recorder import Recorder
    from desk.capture.writer import Writer

logger = logging.getLogger(__name__)
NICENESS = 19
LOOK = 0.2  # seconds between two looks whether all is written


def lines(source: BinaryIO) -> Iterator[Optional[bytes]]:
    """The lines that come in; None whenever none has come for LOOK seconds. Ends with the input.

    They are taken from the pipe at once, so that they are here even if the bot ends before they are handled; `main`
    therefore begins with this, and imports what takes longer afterwards.
    """
    waiting: queue.SimpleQueue[Optional[bytes]] = queue.SimpleQueue()

    def take() -> None:
        for line in source:
            waiting.put(line)
        waiting.put(None)

    threading.Thread(target=take, daemon=True).start()
    return _lines_of(waiting)


def _lines_of(waiting: queue.SimpleQueue[Optional[bytes]]) -> Iterator[Optional[bytes]]:
    while True:
        try:
            line = waiting.get(timeout=LOOK)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line


def record(recorder: Recorder, line: bytes) -> int:
    """Records one line; its number. Raises nothing: an odd turn costs itself."""
    number, _, item = line.partition(b" ")
    try:
        what, value = json.loads(item)
        do: dict[str, Callable[[Any], None]]
        do = {"turn": recorder.turn, "thumb": recorder.thumb, "forget": recorder.forget}
        do[what](value)
    except Exception as error:
        logger.error("A turn could not be captured (%s).", type(error).__name__)
    return int(number)


def said_so(number: int) -> None:
    """Prints a number for the courier, who may be gone already."""
    try:
        print(number, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - until the end


def run(recorder: Recorder, writer: Writer, coming: Iterator[Optional[bytes]]) -> None:
    """Records all lines that come, and prints up to which number all is safe."""
    said = recorded = 0
    said_so(0)
    for line in coming:
        if line is not None:
            recorded = record(recorder, line)
        if recorded > said and (line is None or recorded - said > 100) and writer.is_settled():
            said = recorded
            said_so(said)
    recorder.close(5)
    if writer.is_settled():
        said_so(recorded)


def main() -> None:
    """`python -m desk.capture.child FOLDER`, with the database's address in the environment."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s - %(message)s")
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    os.nice(NICENESS)
    coming = lines(sys.stdin.buffer)

    from desk.capture.recorder import Recorder
    from desk.capture.redaction import redact
    from desk.capture.spool import Spool, own_file
    from desk.capture.writer import Writer

    writer = Writer(os.environ[URL], Spool(own_file(Path(sys.argv[1]))))
    recorder = Recorder(writer, redact)
    recorder.start()
    run(recorder, writer, coming)


if __name__ == "__main__":
    main()
