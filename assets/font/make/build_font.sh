#!/usr/bin/env bash
# Makes assets/font/data/Roboto-Regular.subset.ttf, the font of contact sheets.
# Needs apt-get (Debian or a derivative) and pyftsubset (pip install fonttools).
set -euo pipefail
out=$(cd "$(dirname "$0")/../data" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download fonts-roboto-unhinted
dpkg-deb -x fonts-roboto-unhinted_*.deb .
SOURCE_DATE_EPOCH=0 pyftsubset usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf \
    --unicodes=U+0020-007E,U+00A0-017F,U+0370-03FF,U+0400-045F,U+2010-2026,U+2030,U+2032,U+2033,U+20AC,U+2122,U+2190-2193,U+2212,U+2264,U+2265,U+FFFD \
    --layout-features=kern,mark,mkmk --no-hinting --desubroutinize --output-file="$out/Roboto-Regular.subset.ttf"
