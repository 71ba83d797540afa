#!/usr/bin/env bash
# Installs what the tests run on this machine and images have of their own: the PDF reader of poppler-utils.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/commun.sh
. scripts/commun.sh

command -v pdftotext >/dev/null || installer poppler-utils
