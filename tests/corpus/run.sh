#!/bin/bash
# The scoreboard: how the program reads real mail, against what its sources expect.
# Needs the corpus at $SHARED; -v (the default here) lists what is wrong.
set -u
cd "$(dirname "$0")/../.."
shared=${SHARED:-../shared}
[ -e "$shared/corpus/visible.tsv" ] || { echo "skipped: no corpus at $shared"; exit 0; }
status=0
python3 tests/corpus/score_reply.py -v --corpus "$shared/corpus" || status=1
echo
python3 tests/corpus/score_verdict.py -v --shared "$shared" || status=1
echo
python3 tests/corpus/score_contacts.py -v --shared "$shared" || status=1
echo
find "$shared/corpus/bounce" "$shared/corpus/autoreply" "$shared/verdicts" -type f ! -name '*.tsv' ! -name 'README*' \
    -print0 | xargs -0 build/passerelle parse --json | python3 tests/corpus/score_bounce.py "$shared" || status=1
exit $status
