# picture: the same numbers drawn: microseconds a query on a logarithmic scale,
# a bar for each method and network, as SVG.

BEGIN {
    FS = "\t"
    split("ours dp igraph", method, " ")
    colour["ours"] = "#1b6e53"
    colour["dp"] = "#c98b2b"
    colour["igraph"] = "#8b8f99"
    name["ours"] = "Passerelle, at most 6 links"
    name["dp"] = "plain (member, links) method in C, at most 6 links"
    name["igraph"] = "igraph Dijkstra, any number of links"
}

NR > 1 && ($4 in colour) {
    if (!($1 in members))
        order[++networks] = $1
    members[$1] = $2
    value[$1, $4, ++count[$1, $4]] = $6
}

function median(network, what,    n, i, k, swap, v) {
    n = count[network, what]
    for (i = 1; i <= n; i++)
        for (v[k = i] = value[network, what, i]; k > 1 && v[k] < v[k - 1]; k--) {
            swap = v[k]
            v[k] = v[k - 1]
            v[k - 1] = swap
        }
    return n ? v[int((n + 1) / 2)] : 0
}

function x(us) {
    return 230 + 90 * log(us / 10) / log(10)
}

function told(us) {
    return us < 1000 ? sprintf("%.0f µs", us) : us < 1000000 ? sprintf("%.3g ms", us / 1000) : sprintf("%.2g s", us / 1000000)
}

END {
    height = 110 + 66 * networks
    printf "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 820 %d' font-family='sans-serif' font-size='13'>\n", height
    printf "<rect width='820' height='%d' fill='white'/>\n<text x='20' y='28' font-size='17'>One query, processor time (logarithmic)</text>\n", height
    for (m = 1; m <= 3; m++)
        printf "<rect x='20' y='%d' width='12' height='10' fill='%s'/><text x='38' y='%d' font-size='11'>%s</text>\n", 28 + 14 * m, colour[method[m]], 37 + 14 * m, name[method[m]]
    for (i = 1; i <= networks; i++) {
        top = 36 + 66 * i
        label = order[i]
        sub(/^(out\.|soc-)/, "", label)
        sub(/\.txt\.gz$/, "", label)
        printf "<text x='20' y='%d'>%s</text><text x='20' y='%d' font-size='11' fill='#666'>%d members</text>\n", top + 18, label, top + 34, members[order[i]]
        for (m = 1; m <= 3; m++) {
            us = median(order[i], method[m])
            if (us > 0)
                printf "<rect x='230' y='%d' width='%.1f' height='14' fill='%s'/><text x='%.1f' y='%d' font-size='11'>%s</text>\n", top + 17 * (m - 1), x(us) - 230, colour[method[m]], x(us) + 5, top + 11 + 17 * (m - 1), told(us)
        }
    }
    print "</svg>"
}
