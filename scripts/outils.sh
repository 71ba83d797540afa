#!/usr/bin/env bash
# Installs what the tests run on this machine and images have of their own: the PDF reader of poppler-utils, and Node,
# under which another reader of GIFT reads the same quizzes as ours.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/commun.sh
. scripts/commun.sh

command -v pdftotext >/dev/null || installer poppler-utils
command -v node >/dev/null || installer nodejs
