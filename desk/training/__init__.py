"""Train and compare: a snapshot of the content becomes a candidate, plays the frozen cases, and passes the gate or not.

start.py       a person presses the button: the lock, a row in `models`, a process of its own
job.py         that process: read, check, train, answer, compare; it writes its progress into the row
snapshot.py    the copy of the content, its hash, and the workplace where code and content lie together
worker.py      the other end of scripts/rasa_worker.py, the only process with Rasa in it
checks.py      what is wrong with the content before anything is trained
answers.py     plays test messages; comparison.py, statistics.py, calibration.py: both versions side by side
gate.py        the bounds that a version must hold, as a plain function
versions.py    rows of the table `models`; progress.py: how far the job is; pictures.py: SVG
"""
