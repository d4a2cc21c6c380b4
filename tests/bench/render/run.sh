#!/bin/sh
# run.sh PROGRAM FOLDER: ours, then the npm package "mustache" in FOLDER, in CPU seconds
# of one core each.
set -eu
program=$1 folder=$2 seconds=${BENCH_SECONDS:-3}
echo 'asks a second on one core:'
"$program" "$seconds" | awk -F'\t' '{ printf "  C             %8d  %s, %s\n", $2, $1, $3 }'
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo '  npm mustache: skipped, there is no node or npm here'
    exit 0
fi
mkdir -p "$folder"
[ -d "$folder/node_modules/mustache" ] ||
    npm install --silent --no-audit --no-fund --prefix "$folder" mustache >"$folder/npm.log" 2>&1 || {
        echo "  npm mustache: skipped, it could not be installed ($folder/npm.log)"
        exit 0
    }
version=$(node -p "require('$PWD/$folder/node_modules/mustache/package.json').version")
"$program" --values | node tests/bench/render/npm.js "$PWD/$folder/node_modules" "$seconds" |
    awk -F'\t' -v v="$version" '{ printf "  mustache %-7s%5d  %s, %s\n", v, $2, $1, $3 }'
