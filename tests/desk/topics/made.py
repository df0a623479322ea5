"""A new topic as staff would write it: what visitors said, all its examples, and its answer."""

SAID = ["who writes this guide anyway", "name of the rehab behind this chat", "whose clinic am i talking with here"]
EXAMPLES = [
    *SAID,
    "what's the place called that runs this bot",
    "which recovery center wrote all that",
    "tell me the clinic's name pls",
    "are you fusion or somebody else",
    "who's the treatment centre that made you",
]
TEXT = (
    "The guide comes from Fusion Recovery Center. It sees medicine as only one part of good treatment. "
    "Therapy, support groups and counseling belong to it, too, because they help with the mental side of addiction."
)
