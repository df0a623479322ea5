"""THE safety path, to be read in ten minutes and in this order:

tiers.py       the two danger tiers, their kinds, and what a finding is
normalise.py   hostile, sloppy and masked text becomes plain words; spelling.py mends typos of danger words,
               emoji.py names emoji
clauses.py     a message is read whole and clause by clause
lexicon.py     phrases that must never be missed; phrases.py explains how they are written, and lexicon_file.py reads
               them from data/safety.yml
detector.py    what a model has learned from examples, for what no phrase foresees
verdict.py     the higher of the two, raised only
context.py     what is danger only after the message before

Nothing here imports Rasa; `components/safety_gate.py` is the one adapter.
"""
