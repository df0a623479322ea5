"""Custom actions, one a file. They read the conversation's state and pick responses; words live in domain.yml."""

from actions.clarify import ActionClarify
from actions.contact import ActionContact
from actions.escalate import ActionEscalate
from actions.sources import ActionSources

__all__ = ["ActionClarify", "ActionContact", "ActionEscalate", "ActionSources"]
