#!/usr/bin/env bash
# Brings the image debian:trixie-slim: pulled when a registry has it, else made with mmdebstrap from
# the Debian mirrors of this machine. Usage: base.sh [NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/commun.sh
. scripts/commun.sh

nom=${1:-debian:trixie-slim}

# Asking for the manifest first keeps a machine without a registry from waiting for a pull.
if timeout 10 docker manifest inspect "$nom" >/dev/null 2>&1 && timeout 180 docker pull --quiet "$nom"; then
  exit 0
fi

command -v mmdebstrap >/dev/null || installer mmdebstrap debian-archive-keyring
archive=$(mktemp --suffix=.tar)
trap 'rm -f "$archive"' EXIT

# As in Debian's slim image: no manuals, no translations; licences stay.
options=(
  --variant=minbase
  --include=ca-certificates
  --dpkgopt='path-exclude=/usr/share/doc/*'
  --dpkgopt='path-include=/usr/share/doc/*/copyright'
  --dpkgopt='path-exclude=/usr/share/man/*'
  --dpkgopt='path-exclude=/usr/share/locale/*'
  --dpkgopt='path-exclude=/usr/share/info/*'
)
# The machine's proxy for apt, if it has one, serves the builds too.
mandataire=$(apt-config shell P Acquire::http::Proxy | sed -n "s/^P='\(.*\)'$/\1/p" || true)
if [ "$mandataire" ]; then options+=(--aptopt="Acquire::http::Proxy \"$mandataire\""); fi

mapfile -t miroirs < <(.venv/bin/python scripts/miroirs.py /etc/apt)
# A mirror by https may be signed by an authority that only this machine knows.
if printf '%s\n' "${miroirs[@]}" | grep -q 'https:'; then
  options+=(--customize-hook='copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/')
fi

# No mirror found: mmdebstrap takes Debian's own.
assembler() {
  en_root mmdebstrap "${options[@]}" trixie - "${miroirs[@]}" >"$archive"
}

insister assembler
docker import "$archive" "$nom"
