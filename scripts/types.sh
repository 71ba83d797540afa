#!/usr/bin/env bash
# Checks the types of the platform and of the graders. `graders/mots-de-passe` is imported as `etabli_labs.mots_de_passe`
# (exam/contract/check.py); mypy knows it by a link of that name.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=.cache/types/etabli_labs
rm -rf .cache/types
mkdir -p "$packages"
for grader in graders/*/ model/graders/*/; do
  lab=$(basename "$grader")
  ln -s "$PWD/$grader" "$packages/${lab//-/_}"
done
.venv/bin/mypy src "$packages"
