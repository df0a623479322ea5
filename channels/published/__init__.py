"""The published model: fetched from the staff desk, tried in a short conversation, and swapped in while chats go on.

`source.py` where it comes from · `fetch.py` the file · `smoke.py` and canaries.yml the conversation · `load.py`
and `update.py` the swap, in place of Rasa's own.
"""
