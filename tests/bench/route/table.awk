# table: the medians of bench_route's raw numbers, and what follows from them.
#
# The floor is a fixed number of cache lines (100 k, 1 M, 5 M members: 1554,
# 4205, 9730) times the measured time of a line with twelve chases at once.

BEGIN {
    FS = "\t"
    floor[100000] = 1554
    floor[1000000] = 4205
    floor[5000000] = 9730
}

NR > 1 {
    if (!($1 in links))
        order[++networks] = $1
    members[$1] = $2
    links[$1] = $3
    value[$1, $4, ++count[$1, $4]] = $6
}

function median(network, what,    n, i, k, swap, v) {
    n = count[network, what]
    if (n == 0)
        return ""
    for (i = 1; i <= n; i++)
        v[i] = value[network, what, i]
    for (i = 2; i <= n; i++)
        for (k = i; k > 1 && v[k] < v[k - 1]; k--) {
            swap = v[k]
            v[k] = v[k - 1]
            v[k - 1] = swap
        }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function ratio(above, below) {
    return above == "" || below == "" || below == 0 ? "-" : sprintf("%.*f", above / below < 20 ? 2 : 0, above / below)
}

END {
    printf "%-32s %8s %10s %8s %7s %7s %8s %7s %7s %7s %6s %7s %7s %6s %6s\n", "network", "members", "links", \
           "ours us", "p50", "p99", "p99/p50", "igraph", "longer", "dp", "repair", "line ns", "floor", "B/link", "build"
    for (i = 1; i <= networks; i++) {
        n = order[i]
        ours = median(n, "ours")
        base = (members[n] in floor) && n ~ /^made/ ? floor[members[n]] * median(n, "line_ns") / 1000 : ""
        printf "%-32s %8d %10d %8.1f %7.1f %7.1f %8s %7s %7s %7s %6s %7.1f %7s %6.2f %6.2f\n", n, members[n], \
               links[n], ours, median(n, "p50"), median(n, "p99"), ratio(median(n, "p99"), median(n, "p50")), \
               ratio(median(n, "igraph"), ours), median(n, "longer"), ratio(median(n, "dp"), ours), \
               ratio(median(n, "repair"), ours), median(n, "line_ns"), ratio(ours, base), \
               median(n, "octets_a_link"), median(n, "build_s")
        if (count[n, "WRONG"] > 0)
            print n ": WRONG ANSWERS"
    }
    print ""
    print "igraph, dp: their median time divided by ours, of the same rounds; longer: the part of igraph's chains"
    print "with more than 6 links; repair: avoiding 5 relays, divided by ours; floor: ours divided by the memory floor"
}
