# format: tabs, no blanks at the end of a line, at most 100 columns (make check).
# With -v long=1 only prints FILE and LINE of what is too long (make format).

function flaw(sentence) {
    print FILENAME ":" FNR ": " sentence
    flaws++
}

{
    text = $0
    gsub(/[\200-\277]/, "", text) # the later octets of a UTF-8 character
    columns = 0
    while ((at = index(text, "\t")) > 0) {
        columns += at - 1
        columns += 8 - columns % 8
        text = substr(text, at + 1)
    }
    columns += length(text)
}

# SQL reads better in its own lines than in ours, and so do the mails of a test.
FILENAME ~ /^(store|tests)\// && /^[ \t]*"/ { columns = 0 }
# A row of a table in a test is one fact: it stays one line.
FILENAME ~ /^tests\// && /^\t+\{ / { columns = 0 }
long { if (columns > 100) print FILENAME, FNR; next }
columns > 100 { flaw(columns " columns; make format breaks the line") }
/[ \t]$/ { flaw("blanks at the end") }
/\r/ { flaw("CR LF") }
/^ +\t/ || (/^    / && before ~ /[;{}]$/) { flaw("indented with blanks; use tabs") }
{ before = $0 }

END { exit flaws > 0 }
