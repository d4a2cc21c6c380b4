/* route_edges: `passerelle route --edges FILE --queries FILE`: any network and
 * any questions, without a store. One JSON object a line for each question, in
 * their order:
 *
 *   {"from":1,"to":9,"hops":2,"path":[1,4,9],"product":"5600/100^2","chance":0.56}
 *   {"from":1,"to":7,"hops":null,"path":null,"product":null,"chance":0,"why":"..."}
 *
 * `product` is of trust, without load; `chance` is its value. */
#ifndef CLI_ROUTE_EDGES_H
#define CLI_ROUTE_EDGES_H

/* argv: what follows "route". An exit code of sysexits.h. */
int cli_route_edges(int argc, char **argv);

#endif
