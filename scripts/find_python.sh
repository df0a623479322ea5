#!/bin/sh
# Prints a Python 3.10 that really starts; Rasa 3.6 runs on no later one. Tried in this order: $PYTHON,
# python3.10 (a pyenv shim may exist and not start), pyenv's versions, uv.
works() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

for candidate in "$PYTHON" "$(command -v python3.10)" "$HOME"/.pyenv/versions/3.10*/bin/python3.10; do
  if [ -n "$candidate" ] && works "$candidate"; then echo "$candidate"; exit 0; fi
done
if command -v uv >/dev/null 2>&1 && uv python install 3.10 >/dev/null 2>&1; then
  uv python find 3.10 && exit 0
fi
echo "No Python 3.10 found. Install it (for example with pyenv or uv), or set PYTHON to its path." >&2
exit 1
