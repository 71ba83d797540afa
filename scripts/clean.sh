#!/usr/bin/env bash
# `make clean`: removes what set-up and the demonstration made here; Docker and your own results stay.
set -euo pipefail
cd "$(dirname "$0")/.."

if docker info >/dev/null 2>&1; then
  .venv/bin/etabli postes --fermer >/dev/null 2>&1 || true # they hold our images
  images=$(docker image ls --format '{{.Repository}}:{{.Tag}}' | grep '^etabli/' || true)
  # shellcheck disable=SC2086 # one word per image
  if [ "$images" ]; then docker image rm --force $images >/dev/null; fi
fi
scripts/commande.sh retirer
rm -rf .venv .cache resultats/demo .mypy_cache .pytest_cache .ruff_cache src/*.egg-info
find src tests scripts -name __pycache__ -prune -exec rm -rf {} +
