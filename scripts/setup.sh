#!/usr/bin/env bash
# `make setup`: from a bare Debian machine to one that can grade. Each step looks first, and does
# only what is missing: a second run takes a second and asks nothing of the network.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/commun.sh
. scripts/commun.sh

# Two set-ups at once take turns; what they start must not keep the lock (hence the 9>&-).
exec 9>.cache/setup.lock
flock 9

python() { .venv/bin/python "$@"; }

# The first Python that is recent enough and can make an environment; nothing when there is none.
python_convenable() {
  local candidat
  for candidat in python3 python3.13 python3.12 python3.11; do
    "$candidat" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    command -v "$candidat"
    return
  done
}

etape_python() {
  python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
  local trouve
  trouve=$(python_convenable)
  if [ ! "$trouve" ]; then
    installer python3 python3-venv python3-pip
    trouve=$(python_convenable)
  fi
  [ "$trouve" ] || renoncer "Il faut Python 3.11 ou plus récent, avec le module venv."
  "$trouve" -m venv --clear .venv
}

# What the environment was made from: the pins, the package's description, the place.
empreinte() {
  { cat requirements.txt requirements-dev.txt pyproject.toml; pwd; } | sha256sum | cut -d' ' -f1
}

etape_paquets() {
  if [ "$(cat .venv/etabli-empreinte 2>/dev/null)" != "$(empreinte)" ]; then
    # What is imported is compiled then: to compile all of it takes ten seconds.
    insister python -m pip install --quiet --no-compile --no-deps --requirement requirements-dev.txt
    insister python -m pip install --quiet --no-deps --no-build-isolation --editable .
    python -m pip check
    empreinte >.venv/etabli-empreinte
  fi
  scripts/commande.sh lier
}

# What WeasyPrint draws text with, and a font. Without the right to install, sheets are HTML only: setup goes on.
etape_impression() {
  local manque=() connues
  connues=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p)
  [[ $connues == *libpango-1.0.so.0* ]] || manque+=(libpango-1.0-0)
  [[ $connues == *libpangoft2-1.0.so.0* ]] || manque+=(libpangoft2-1.0-0)
  [[ $connues == *libharfbuzz-subset.so.0* ]] || manque+=(libharfbuzz-subset0)
  [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || manque+=(fonts-dejavu-core)
  [ "${#manque[@]}" = 0 ] && return
  if command -v apt-get >/dev/null && peut_administrer; then
    installer "${manque[@]}"
  else
    echo "      sans ${manque[*]}, les feuilles seront en HTML seulement, sans PDF"
  fi
}

etape_moteur() {
  local reponse
  if ! reponse=$(docker info 2>&1); then
    case $reponse in *'permission denied'*) sans_droit ;; esac
    if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
      # apparmor: the daemon wants its parser where the kernel has AppArmor.
      installer docker.io docker-cli docker-buildx docker-compose apparmor ca-certificates
    fi
    en_root "$RACINE/scripts/dockerd.sh" "$RACINE/.cache/dockerd.log" 9>&-
    docker info >/dev/null 2>&1 || sans_droit
  fi
  docker buildx version >/dev/null 2>&1 || installer docker-buildx
  docker compose version >/dev/null 2>&1 || installer docker-compose
}

sans_droit() {
  renoncer "Docker fonctionne, mais pas pour ce compte : demandez à l'administrateur de la machine de lancer « usermod -aG docker $(id -un) », rouvrez la session, puis relancez « make setup »."
}

etape_base() {
  docker image inspect debian:trixie-slim >/dev/null 2>&1 || scripts/base.sh
}

etape_fichiers() {
  [ -e /etc/ssl/certs/ca-certificates.crt ] || installer ca-certificates
  insister python -m etabli.sandbox.images fetch
}

etape_images() {
  insister python -m etabli.sandbox.images build
}

debut=$EPOCHREALTIME
etape 1/7 "Python 3.11 ou plus récent, dans .venv" etape_python
etape 2/7 "paquets Python et commande etabli" etape_paquets
etape 3/7 "impression des feuilles" etape_impression
etape 4/7 "moteur de conteneurs" etape_moteur
etape 5/7 "image de base debian:trixie-slim" etape_base
etape 6/7 "axe-core, validateur Nu, Tryton et Starlette" etape_fichiers
etape 7/7 "images adminer, audit, erp, examiner, facade, salle, services et web" etape_images
echo "Prêt en $(secondes "$debut" "$EPOCHREALTIME")."
