#!/bin/sh
# Builds .venv from the locked requirements and puts the encoder and htmx into assets/. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
python=$(sh scripts/find_python.sh)

if [ ! -x .venv/bin/python ]; then
  echo "1/3 Making .venv with $("$python" --version)"
  "$python" -m venv .venv
fi
wanted=$(cat requirements.txt requirements-dev.txt requirements-assets.txt | cksum)
if [ "$(cat .venv/.installed 2>/dev/null || true)" != "$wanted" ]; then
  echo "2/3 Installing locked packages (a few minutes the first time)"
  if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.txt
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements-dev.txt
  else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
  fi
  echo "3/3 Fetching the encoder and htmx"
  .venv/bin/python scripts/fetch_assets.py
  echo "$wanted" > .venv/.installed
fi
