#!/bin/sh
# Trains a model into models/ when anything it is made of has changed since the newest one.
set -eu
cd "$(dirname "$0")/.."
export RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore SQLALCHEMY_SILENCE_UBER_WARNING=1
made_of=$(cat config.yml domain.yml data/*.yml components/*.py components/safety/*.py | cksum)
if [ -f models/bot.tar.gz ] && [ "$(cat models/.made_of 2>/dev/null || true)" = "$made_of" ]; then
  echo "The model is up to date."
  exit 0
fi
mkdir -p var models "${DESK_FOLDER:-var/desk}"
exec 9>>"${DESK_FOLDER:-var/desk}/training.lock"  # the desk's lock: one training at a time on this machine
if ! flock --nonblock 9; then
  echo "A new version is being trained just now, at the staff desk or by another make. Wait for its end, then try again." >&2
  exit 1
fi
echo "Training, a minute or two …"
if ! .venv/bin/rasa train --fixed-model-name bot --out models >var/train.log 2>&1; then
  grep -E "Error|Exception|error" var/train.log | tail -5 >&2 || true
  echo "The training failed; all of it is in var/train.log. The model before it is untouched." >&2
  exit 1
fi
echo "$made_of" > models/.made_of
echo "Trained models/bot.tar.gz."
