"""Turns, retries, late messages, rotation and deletion, with a bot that misbehaves as told."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, Callable

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from channels import turns
from channels.crowd import MANY, Crowded
from channels.incoming import BadMessage
from channels.limits import TooMany
from channels.visits import Visits

DANGER = "he is not breathing"
CALL = [{"id": "message-1-safe-0", "text": "Call 911.", "kind": "emergency", "topic": "emergency_overdose"}]
BUTTON = {"title": "Tablets", "payload": "/tablets"}


class Bot:
    """Stands in for Rasa: says what its rule gives, stores the turn, and can be slow or broken."""

    def __init__(self) -> None:
        self.store = FailSafeTrackerStore(
            InMemoryTrackerStore(
                Domain.from_yaml("version: '3.1'\nslots:\n  feedback:\n    type: any\n    mappings: [{type: custom}]")
            )
        )
        processor = SimpleNamespace(
            fetch_tracker_with_initial_session=self.store.get_or_create_tracker,
            domain=None,
            save_tracker=self.store.save,
            graph_runner=None,
        )
        self.agent = SimpleNamespace(tracker_store=self.store, processor=processor)
        self.handled: list[Any] = []
        self.before: Callable[[Any], Any] | None = None  # awaited before anything is said
        self.after: Callable[[Any], Any] | None = None  # awaited between two messages
        self.says = "Hello."

    async def __call__(self, message: Any) -> None:
        self.handled.append(message)
        if self.before:
            await self.before(message)
        tracker = await self.store.get_or_create_tracker(message.sender_id, append_action_listen=False)
        tracker.update(UserUttered(message.text, message_id=message.message_id))
        for n, text in enumerate(filter(None, [self.says, self.after and "Later."])):
            if n and self.after:
                await self.after(message)
            said = BotUttered(
                text, {"buttons": [BUTTON]}, {"utter_action": "utter_greet", "metadata": {"kind": "chitchat"}}
            )
            tracker.update(said)
            await message.output_channel.send_response(message.sender_id, said.message())
        await self.store.save(tracker)


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Bot:
    monkeypatch.setattr(turns.until, "__defaults__", (0.1,))
    return Bot()


@pytest.fixture
def visits(bot: Bot) -> Visits:
    return Visits(b"s" * 32, lambda: bot.agent)


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


def pause(seconds: float) -> Callable[[Any], Any]:
    return lambda message: asyncio.sleep(seconds)


def fail(message: Any) -> Any:
    raise RuntimeError(f"secret words: {message.text}")


def test_a_retry_is_handled_once(bot, visits):
    async def scenario():
        bot.before = pause(0.05)
        both = await asyncio.gather(*(visits.answer("c1", bot, "message-1", "hello") for _ in range(3)))
        return both, await visits.answer("c1", bot, "message-1", "hello")

    both, again = asyncio.run(scenario())
    assert both[0] == both[1] == both[2] == again and texts(again[0]) == ["Hello."] and len(bot.handled) == 1


def test_a_retry_after_a_restart_is_handled_once(bot, visits):
    async def scenario():
        first, _ = await visits.answer("c1", bot, "message-1", "hello")
        restarted = Visits(b"s" * 32, lambda: bot.agent)
        return first, await restarted.answer("c1", bot, "message-1", "hello")

    first, again = asyncio.run(scenario())
    assert again == (first, False) and len(bot.handled) == 1


@pytest.mark.parametrize("text, kind", [("hello", "chitchat"), (DANGER, "emergency")])
def test_an_exception_gets_the_safe_reply_and_is_stored(bot, visits, text, kind, caplog):
    async def scenario():
        bot.before = fail
        reply, more = await visits.answer("c1", bot, "message-1", text)
        await turns.finish_all()
        return reply, more, await visits.history("c1")

    reply, more, lines = asyncio.run(scenario())
    assert reply[0]["kind"] == kind and not more
    assert [line["text"] for line in lines] == [text, *texts(reply)]
    assert [line["id"] for line in lines[1:]] == [message["id"] for message in reply]
    assert caplog.records and text not in caplog.text and "secret" not in caplog.text


def test_silence_gets_the_safe_reply(bot, visits):
    bot.says = ""
    reply, _ = asyncio.run(visits.answer("c1", bot, "message-1", "hello"))
    assert reply and reply[0]["id"] == "message-1-safe-0"


def test_an_answer_that_misses_the_danger_is_preceded_by_the_safe_one(bot, visits):
    reply, _ = asyncio.run(visits.answer("c1", bot, "message-1", DANGER))
    assert reply[0]["kind"] == "emergency" and reply[-1]["text"] == "Hello."


def test_what_comes_late_is_delivered_with_the_next_reply(bot, visits):
    async def scenario():
        bot.before = pause(0.2)
        first = await visits.answer("c1", bot, "message-1", DANGER)
        await turns.finish_all()
        bot.before = None
        return (
            first,
            await visits.answer("c1", bot, "message-2", "thanks"),
            await visits.answer("c1", bot, "message-1", DANGER),
        )

    (first, pending), (second, _), again = asyncio.run(scenario())
    assert pending and first[0]["kind"] == "emergency" and "safe" in first[0]["id"]
    assert [message["id"] for message in second] == ["message-1-0", "message-2-0"]
    assert again[0] == first and len(bot.handled) == 2


def test_what_was_said_in_time_is_not_held_back(bot, visits):
    async def scenario():
        bot.after = pause(0.3)
        first, pending = await visits.answer("c1", bot, "message-1", "hello")
        await turns.finish_all()
        bot.after = None
        return first, pending, (await visits.answer("c1", bot, "message-2", "hello"))[0]

    first, pending, second = asyncio.run(scenario())
    assert texts(first) == ["Hello."] and pending and texts(second) == ["Later.", "Hello."]


def test_a_closed_tab_does_not_cancel_the_turn(bot, visits):
    async def scenario():
        bot.before = pause(0.05)
        request = asyncio.ensure_future(visits.answer("c1", bot, "message-1", "hello"))
        await asyncio.sleep(0.01)
        request.cancel()
        await turns.finish_all()
        return await visits.history("c1"), await visits.answer("c1", bot, "message-1", "hello")

    lines, retry = asyncio.run(scenario())
    assert (
        [line["text"] for line in lines] == ["hello", "Hello."]
        and texts(retry[0]) == ["Hello."]
        and len(bot.handled) == 1
    )


def test_choices(bot, visits):
    async def scenario():
        with pytest.raises(BadMessage):
            await visits.answer("c1", bot, "message-1", choice="/tablets")
        await visits.answer("c1", bot, "message-2", "/restart")
        await visits.answer("c1", bot, "message-3", choice="/tablets")
        restarted = Visits(b"s" * 32, lambda: bot.agent)
        await restarted.answer("c1", bot, "message-4", choice="/tablets")
        with pytest.raises(BadMessage):
            await visits.answer("c2", bot, "message-5", choice="/tablets")

    asyncio.run(scenario())
    assert [message.text for message in bot.handled] == ["restart", "/tablets", "/tablets"]


def test_many_unfinished_are_refused(bot, visits):
    async def scenario():
        bot.before = pause(0.5)
        answers = [visits.answer("c1", bot, f"message-{n}", "hello") for n in range(9)]
        return await asyncio.gather(*answers, return_exceptions=True)

    found = asyncio.run(scenario())
    assert isinstance(found[-1], TooMany) and not any(isinstance(one, Exception) for one in found[:8])


def test_a_crowd_is_turned_away_before_it_is_late(bot, visits):
    async def scenario():
        bot.before = pause(0.05)
        answers = [visits.answer(f"c{n}", bot, "message-1", "hello") for n in range(300)]
        all_at_once = asyncio.gather(*answers, return_exceptions=True)
        await asyncio.sleep(0.01)
        with pytest.raises(Crowded):
            await visits.answer("danger", bot, "message-1", DANGER)
        await visits.keep("danger", bot, "message-1", DANGER, CALL)  # as the channel answers it
        found = await all_at_once
        await turns.finish_all()
        return found, await visits.history("danger"), await visits.answer("late", bot, "message-1", "hello")

    found, danger, later = asyncio.run(scenario())
    refused = [one for one in found if isinstance(one, Crowded)]
    assert len(refused) + len(bot.handled) - 2 == 300 and MANY <= len(bot.handled) - 2 < 300
    assert all(one.status == 429 and one.retry_after >= 1 for one in refused)
    assert danger[0]["text"] == DANGER and "Call 911." in texts(danger)  # stored
    assert texts(later[0]) == ["Hello."]  # when it is over, it is over


@pytest.mark.parametrize("restart", [False, True])
def test_after_a_hundred_turns_a_fresh_conversation(bot, visits, restart):
    async def scenario(visits):
        for n in range(205):
            assert texts((await visits.answer("c1", bot, f"message-{n}", "hello"))[0]) == ["Hello."]
        if restart:
            visits = Visits(b"s" * 32, lambda: bot.agent)
        await visits.answer("c1", bot, "message-205", choice="/tablets")
        return [line["id"] for line in await visits.history("c1") if line["from"] == "visitor"]

    ids = asyncio.run(scenario(visits))
    senders = [message.sender_id for message in bot.handled]
    assert senders[0] == "c1" and len(set(senders)) == 3
    assert [senders.count(one) for one in dict.fromkeys(senders)] == [100, 100, 6]
    assert ids == [f"message-{n}" for n in range(100, 206)]


def test_feedback_is_kept_in_the_slot(bot, visits):
    async def scenario():
        reply, _ = await visits.answer("c1", bot, "message-1", "hello")
        await visits.feedback("c1", reply[0]["id"], "up", "")
        await visits.feedback("c1", reply[0]["id"], "down", "unclear")
        with pytest.raises(BadMessage):
            await visits.feedback("c1", "other-0", "up", "")
        return (await bot.store.retrieve("c1")).get_slot("feedback")

    kept = asyncio.run(scenario())
    assert [(one["message"], one["thumb"], one["reason"]) for one in kept] == [("message-1-0", "down", "unclear")]


def test_forgetting_reaches_every_part_and_a_running_turn(bot, visits):
    async def scenario():
        for n in range(101):
            await visits.answer("c1", bot, f"message-{n}", "hello")
        bot.before = pause(0.3)
        await visits.answer("c1", bot, "message-last", "hello")
        await visits.forget("c1")
        assert visits.is_forgotten("c1")
        await turns.finish_all()
        return list(await bot.store.keys())

    assert asyncio.run(scenario()) == []
