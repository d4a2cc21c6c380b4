#!/bin/bash
# run.sh: runs every suite, two at a time, and adds their counts up.
#
# A suite is a program of build/unit or build/story (cmocka) or a script
# tests/e2e/test_*.py, which ends with "N passed, N failed[, N skipped]" or with
# "skipped: why". One that ends with an error and counts no failure, that counts
# nothing, or that does not end, has failed.
#
#   tests/run.sh            all       tests/run.sh build/unit/test_conf ...
set -u
cd "$(dirname "$0")/.."

# LOG STATUS -> "passed failed skipped"
count() {
    awk -v status="$2" '
        /^\[  PASSED  \] [0-9]+ test/ { passed += $4; next }
        /^\[  FAILED  \] [0-9]+ test/ { failed += $4; next }
        /^\[  SKIPPED \] [0-9]+ test/ { skipped += $4; next }
        /^[0-9]+ passed, [0-9]+ failed/ { python = 1; p = $1; f = $3; s = $5 ~ /^[0-9]+$/ ? $5 : 0; next }
        /^skipped: / { whole = 1 }
        END {
            if (python) { passed += p; failed += f; skipped += s }
            if (whole && status == 0 && passed + failed + skipped == 0) skipped = 1
            if (failed == 0 && (status != 0 || passed + skipped == 0)) failed = 1
            print passed + 0, failed + 0, skipped + 0
        }' "$1"
}

if [ "${1-}" = --one ]; then
    suite=$2
    name=${suite#build/}
    name=${name#tests/}
    log=build/results/${name//\//-}
    start=$(date +%s%N)
    case $suite in *.py) run=(python3 "$suite") ;; *) run=("$suite") ;; esac
    timeout -k 5 "${SUITE_SECONDS:-420}" "${run[@]}" >"$log.log" 2>&1 </dev/null
    status=$?
    read -r passed failed skipped <<<"$(count "$log.log" $status)"
    echo "$passed $failed $skipped" >"$log.count"
    spent=$((($(date +%s%N) - start) / 10000000))
    line=$(printf '%4d.%02d s  %-28s %d passed' $((spent / 100)) $((spent % 100)) "$name" "$passed")
    reason=$(sed -n 's/^.*skipped[:,] *//p' "$log.log" | head -n 1)
    [ "$skipped" -gt 0 ] && line+=", $skipped skipped${reason:+: $reason}"
    if [ "$failed" -gt 0 ]; then
        line+=", $failed FAILED (status $status; all of it in $log.log)"
        line+=$'\n'$({ grep -aE 'FAIL|not ok|ERROR|rror:' "$log.log" | head -n 30
            echo ...
            tail -n 30 "$log.log"; } | cut -c 1-500 | sed 's/^/    /')
    fi
    echo "$line"
    exit 0
fi

{ # read whole before it starts: this file may change meanwhile
rm -rf build/results
mkdir -p build/results
if [ $# -eq 0 ]; then
    # The slow ones first, so that none is alone at the end.
    set -- $(ls tests/e2e/test_*.py tests/story/*.c tests/unit/*.c 2>/dev/null |
        sed 's,^tests/\(story\|unit\)/\(.*\)\.c$,build/\1/\2,')
fi
printf '%s\n' "$@" | xargs -r -P "${TEST_JOBS:-2}" -n 1 "$0" --one

cat build/results/*.count 2>/dev/null | awk '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        printf "%d passed, %d failed", passed, failed
        if (skipped) printf ", %d skipped", skipped
        print ""
        exit failed > 0 || NR == 0
    }'
exit
}
