#!/usr/bin/env bash
# Starts Docker and waits until it answers; run as root. Usage: dockerd.sh JOURNAL
# With systemd it is a service; without, a process of its own session whose output goes to JOURNAL,
# because a daemon that inherits a pipe would keep whoever reads it waiting for ever.
set -euo pipefail

journal=$1
attente=90
verrou=/run/etabli-dockerd.lock

repond() { docker info >/dev/null 2>&1; }

# Removes a file that names a process which is gone, or is not the one expected.
perime() {
  local fichier=$1 nom=$2 numero
  [ -f "$fichier" ] || return 0
  numero=$(cat "$fichier")
  [ "$(cat "/proc/$numero/comm" 2>/dev/null)" = "$nom" ] || rm -f "$fichier"
}

demarrer() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker
    return
  fi
  pgrep -x dockerd >/dev/null && return # somebody else has just started it: wait for it below
  perime /run/docker.pid dockerd
  perime /run/docker/containerd/containerd.pid containerd
  setsid dockerd </dev/null >"$journal" 2>&1 8>&- 9>&- &
}

# One starter at a time; the daemon itself must not hold the lock.
exec 8>"$verrou"
flock 8
repond && exit 0
demarrer
fin=$((SECONDS + attente))
until repond; do
  if [ "$SECONDS" -ge "$fin" ]; then
    echo "Docker ne répond pas après $attente s. Ses derniers mots :" >&2
    if [ -f "$journal" ]; then tail -n 15 "$journal" >&2; else journalctl -u docker -n 15 --no-pager >&2; fi
    exit 1
  fi
  sleep 0.2
done
