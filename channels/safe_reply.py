"""What a visitor gets when the bot itself has nothing to say: never silence."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Dict, List

import yaml

DOMAIN = Path(__file__).resolve().parent.parent / "domain.yml"
RESPONSES = ("utter_talk_to_person", "utter_contact_unknown")


@functools.lru_cache(maxsize=1)
def _texts() -> List[str]:
    responses = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    return [responses[name][0]["text"] for name in RESPONSES]


def safe_reply(recipient: str) -> List[Dict[str, str]]:
    """The reply in the REST channel's format: how to reach a person, with the emergency numbers."""
    return [{"recipient_id": recipient, "text": text} for text in _texts()]
