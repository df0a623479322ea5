"""THE safety path, to be read in ten minutes and in this order:

normalise.py   hostile, sloppy and masked text becomes plain words
clauses.py     a message is read whole and clause by clause
lexicon.py     phrases that must never be missed, from data/safety.yml
detector.py    what a model has learned from examples, for what no phrase foresees
verdict.py     the higher of the two, raised only

Nothing here imports Rasa; `components/safety_gate.py` is the one adapter.
"""
