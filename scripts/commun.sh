# Shared by the scripts of this folder: `. scripts/commun.sh` from the root of the repository.
# shellcheck shell=bash

export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1
RACINE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
JOURNAUX=$RACINE/.cache/journaux

# Ends with a sentence that names the next step.
renoncer() {
  echo "✗ $*" >&2
  exit 3
}

mkdir -p "$JOURNAUX" 2>/dev/null && [ -w "$JOURNAUX" ] ||
  renoncer "Ce compte ne peut pas écrire dans « $RACINE » : copiez le dépôt dans un dossier à vous, puis relancez."

# Whether this account may become root; sudo asks for its password on the terminal.
peut_administrer() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -v; }
}

# Runs a command as root; says what to ask for when this account cannot.
en_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif peut_administrer; then
    sudo --preserve-env=DEBIAN_FRONTEND,http_proxy,https_proxy,no_proxy "$@"
  else
    renoncer "Ce compte ne peut pas administrer la machine : demandez à son administrateur de lancer « $* », puis relancez « make setup »."
  fi
}

# insister COMMANDE…: for what asks the network. A mirror that is being written or a connection that drops is tried
# again after each of these pauses, in seconds; the last failure is the step's. A function must chain its commands
# with &&, because bash ignores `set -e` where a result is tested.
PAUSES=${ETABLI_PAUSES-5 15 30}

insister() {
  local pause
  trap 'exit 130' INT # a tool that ends well on Ctrl-C must not be tried again
  for pause in $PAUSES; do
    "$@" && return
    echo "      nouvel essai dans $pause s : $*"
    sleep "$pause"
  done
  "$@"
}

# Installs Debian packages; the lists are read anew once per step, at each new try, and only here.
installer() {
  command -v apt-get >/dev/null || renoncer "Cette machine n'est pas une Debian : installez vous-même $*, puis relancez « make setup »."
  peut_administrer ||
    renoncer "Il manque $*, et ce compte ne peut pas l'installer : demandez à l'administrateur de la machine de lancer « apt-get install $* », puis relancez « make setup »."
  insister demander_a_apt "$@"
}

demander_a_apt() {
  local lues=${LISTES_LUES:-}
  LISTES_LUES=
  [ "$lues" ] || en_root apt-get -o DPkg::Lock::Timeout=120 update -q || return
  en_root apt-get -o DPkg::Lock::Timeout=120 install -y -q --no-install-recommends "$@" && LISTES_LUES=1
}

# secondes DEBUT FIN: the time between two EPOCHREALTIME, as "3,1 s".
secondes() {
  local centiemes=$(((${2/./} - ${1/./}) / 10000))
  printf '%d,%d s' $((centiemes / 100)) $((centiemes % 100 / 10))
}

# etape NUMERO TITRE COMMANDE…: shows the step and its time; what it prints goes to a journal,
# whose end is shown when it fails. Lines that begin with six spaces are meant for the screen.
etape() {
  local numero=$1 titre=$2 debut=$EPOCHREALTIME etat
  local journal=$JOURNAUX/${numero%%/*}.log
  shift 2
  printf '[%s] %s … ' "$numero" "$titre"
  # Not `( … ) || etat=$?`: bash would then ignore `set -e` inside the step.
  set +e
  (
    set -e
    "$@"
  ) >"$journal" 2>&1 </dev/null
  etat=$?
  set -e
  if [ "$etat" != 0 ]; then
    printf 'échec\n\n'
    tail -n 20 "$journal" >&2
    printf '\nLe journal entier : %s\n' "${journal#"$RACINE"/}" >&2
    exit 3
  fi
  secondes "$debut" "$EPOCHREALTIME"
  printf '\n'
  grep '^      ' "$journal" || true
}
