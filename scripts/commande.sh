#!/usr/bin/env bash
# commande.sh lier|retirer: makes « etabli » a command, by a link to this clone's launcher in a folder of the PATH:
# everybody's (/usr/local/bin) where this account may write there, else its own (~/.local/bin). Of two clones on one
# machine, the last that was set up has the link, and says whose it was. What is not Établi's is never touched.
set -euo pipefail
cd "$(dirname "$0")/.."
ici=$(pwd -P)
commun=${ETABLI_BIN:-/usr/local/bin}

# Where a link leads, when it is to a launcher of Établi or to one that is no longer there.
lanceur_de() {
  local cible
  [ -L "$1" ] && cible=$(readlink -m "$1") && [ "${cible##*/}" = etabli ] || return 0
  if ! [ -e "$cible" ] || [ -e "${cible%/*}/scripts/commande.sh" ]; then echo "$cible"; fi
}

plutot() { echo "      $1 : au lieu de « etabli », tapez « $ici/etabli »"; }

lier() {
  local dossier=$commun lien avant trouve
  [ "$(readlink -f "$(type -P etabli || echo /)")" != "$ici/etabli" ] || return 0
  [ -w "$dossier" ] || dossier=~/.local/bin
  lien=$dossier/etabli
  avant=$(lanceur_de "$lien")
  if [ "$avant" != "$ici/etabli" ]; then
    if [ ! "$avant" ] && { [ -e "$lien" ] || [ -L "$lien" ]; }; then
      plutot "« $lien » n'est pas à Établi et reste là"
      return
    fi
    if ! mkdir -p "$dossier" || ! ln -sfn "$ici/etabli" "$lien"; then
      plutot "« $lien » ne peut pas être écrit"
      return
    fi
    echo "      « etabli » se tape maintenant depuis n'importe quel dossier${avant:+ (avant : celui de « ${avant%/*} »)}"
  fi
  trouve=$(type -P etabli || true)
  case $(readlink -f "${trouve:-/}") in
    "$ici"/*) ;;
    /) echo "      fermez puis rouvrez la session : « $dossier » n'est pas encore dans son PATH" ;;
    *) plutot "« $trouve » passe avant « $lien »" ;;
  esac
}

retirer() {
  local lien
  for lien in "$commun/etabli" ~/.local/bin/etabli; do
    if [ "$(lanceur_de "$lien")" = "$ici/etabli" ] && [ -w "${lien%/*}" ]; then rm "$lien"; fi
  done
}

"$1"
