# layers: which file includes what (make check).
#
#   awk -v order="base mail ... cli" -f tests/layers.awk FILE...
#
# A file includes its own layer and those to the left of it, and a library
# only where the library is at home.

BEGIN {
    count = split(order, layers, " ")
    for (i = 1; i <= count; i++)
        place[layers[i]] = i
    home["libetpan/"] = "^gateway/io/(imap|imapmail|imapsession|tlsstream)[.]"
    home["curl/"] = "^gateway/io/submit_session"
    home["gmime/"] = "^gateway/mail/(message|body|field)[.]"
    home["libxml/"] = "^gateway/mail/htmltext"
    home["csv.h"] = "^gateway/contacts/"
    home["sqlite3.h"] = "^store/"
    home["libconfig.h"] = "^conf/"
    home["seccomp.h"] = "^gateway/io/sandbox"
}

FNR == 1 {
    path = FILENAME
    sub(/^gateway\//, "", path)
    layer = path
    sub(/[\/.].*/, "", layer)
    if (!(layer in place))
        flaw("'" layer "' is no layer; it belongs into one of: " order)
}

/^#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    of = part[2]
    if (!sub(/\/.*/, "", of))
        flaw("\"" part[2] "\" without its folder")
    else if (!(of in place))
        flaw("\"" part[2] "\" is of no layer")
    else if (place[of] > place[layer])
        flaw(layer " may not include " of ": " order)
}

/^#[ \t]*include[ \t]*</ {
    header = $0
    sub(/^[^<]*</, "", header)
    for (library in home)
        if (index(header, library) == 1 && FILENAME !~ home[library])
            flaw(library " is at home in " substr(home[library], 2) " only")
}

function flaw(sentence) {
    print FILENAME ":" FNR ": " sentence
    flaws++
}

END { exit flaws > 0 }
