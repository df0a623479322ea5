# The commands of this project. `make run` and `make test` do everything they need by themselves.
.PHONY: run desk setup train shell test check eval load thresholds document-check lock screenshots desk-screenshots soak pace burst long-chat overhead clean
SHELL := /bin/bash -o pipefail
PY := .venv/bin/python
RASA := RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore .venv/bin/rasa

run: train  ## the whole bot, with the address to open
	@$(PY) scripts/run.py

desk: setup  ## the staff desk, on http://127.0.0.1:5006
	@SQLALCHEMY_SILENCE_UBER_WARNING=1 $(PY) -m desk

setup:  ## .venv with locked packages, the encoder, and htmx for the desk
	@sh scripts/setup.sh

train: setup  ## a new model, if the data changed
	@sh scripts/train.sh

shell: train  ## talk to the bot in the terminal
	@$(PY) scripts/shell.py

test: train  ## every test; those that start neither a server nor a browser run on two processors
	@$(PY) -m pytest -m "not live and not browser" -n 2 --dist loadfile
	@$(PY) -m pytest -m "live or browser"

check: setup  ## lint, types, Rasa's validation, content guards
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PY) -m evaluation.content_checks
	@$(PY) -m pytest tests/browser/test_widget_security.py -k size_budget
	@$(RASA) data validate 2>&1 | grep -v -E "Warning|warn|it/s"

eval: train  ## the frozen cases against the running bot's own servers
	@$(PY) -m evaluation.run

load: train  ## how fast the bot is here, with the frozen cases as visitors
	@$(PY) -m evaluation.load

soak: train  ## 10,000 messages, no two alike: do memory and log stay small?
	@$(PY) -m evaluation.soak

pace: train  ## 20 messages a second for ten minutes, 200 visitors: how long do they wait, is any message lost?
	@$(PY) -m evaluation.pace

burst: train  ## 100 messages a second for ten seconds: is any message lost?
	@$(PY) -m evaluation.pace --burst --rate 100 --seconds 10

long-chat: train  ## a thousand messages of one visitor: do later ones take longer?
	@$(PY) -m evaluation.long_chat

overhead: train  ## what the web channel costs over plain REST
	@$(PY) -m evaluation.overhead

screenshots: train  ## pictures of the widget into docs/pictures, from a bot that runs on port 5005
	@$(PY) scripts/screenshots.py http://127.0.0.1:5005

desk-screenshots: train  ## pictures of the desk into docs/pictures, taken while the story of tests/browser/desk is played
	@DESK_PICTURES=docs/pictures $(PY) -m pytest tests/browser/desk/test_story.py

thresholds: setup  ## cross-validated figures behind config.yml
	@$(PY) -m evaluation.thresholds

document-check: setup  ## make document-check DOCUMENT=path: changed paragraphs and the answers that cite them
	@$(PY) -m evaluation.document_check "$(DOCUMENT)"

lock: setup  ## pin every package again
	@uv pip compile -q --python-version 3.10 --generate-hashes --no-annotate --no-header requirements.in -o requirements.txt
	@uv pip compile -q --python-version 3.10 --generate-hashes --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv .rasa assets models var results
