#!/bin/sh
# The routing benchmark: every network in turn, raw numbers to a file, a table.
#   run.sh PROGRAM OUTPUT.tsv [small|all]
set -eu
program=$1 raw=$2 size=${3:-all}
here=$(dirname "$0")
printf 'network\tmembers\tlinks\twhat\tround\tvalue\n' > "$raw"
#        network                          rounds queries peer dp
"$program" out.advogato                        7    1000  300 300 >> "$raw"
"$program" soc-Epinions1.txt.gz                7    1000   20  50 >> "$raw"
"$program" =soc-slashdot0902-directed.txt.gz   7    1000   20  50 >> "$raw"
"$program" +ego-twitter-undirected.txt.gz      5    1000    8  20 >> "$raw"
"$program" 100000                              7    1000    8  20 >> "$raw"
if [ "$size" = all ]; then
	"$program" 1000000                     5     400    2   3 >> "$raw"
	"$program" 5000000                     5     400    0   0 >> "$raw"
fi
awk -f "$here/table.awk" "$raw"
awk -f "$here/picture.awk" "$raw" > "${raw%.tsv}.svg"
echo "raw numbers: $raw, a picture: ${raw%.tsv}.svg"
