/* The routing file: built by a process of its own while we go on with the overlay. */
#include "cli/house_inside.h"

#include "base/log.h"
#include "base/pack.h"
#include "base/str.h"

#include <stdlib.h>
#include <time.h>

/* Built by a process of its own from the committed state, while we go on with
 * the overlay; its end is what we wait for. */
void house_renew_network(struct house *h)
{
	struct why why;
	struct str settings;
	if (h->builder.child.pid == 0 && turn_network_stale(&h->turn)) {
		str_init(&settings, 65536);
		pack_text(&settings, h->gateway->state);
		house_start(h, &h->builder, "network", WIRE_NETWORK_SETTINGS, &settings, &why);
		str_free(&settings);
	} else if (h->builder.child.pid != 0 && house_readable(h->builder.child.fd)) {
		int how = 0;
		child_stop(&h->builder.child, &how);
		h->builder.start_at = h->turn.now_at + RESTART_MOST_S;
		turn_network_renew(&h->turn);
		log_info("network gateway=%s built status=0x%x", h->gateway->name, (unsigned)how);
	}
}

int house_network_main(void)
{
	enum wire_type type;
	char *payload = NULL;
	size_t len;
	struct why why;
	struct store *store = NULL;
	struct turn turn = { .now_at = time(NULL) };
	struct conf_gateway gateway = { 0 };
	enum rc rc = wire_receive(CHILD_FD, -1, &type, &payload, &len);
	struct unpack in = unpack_start(payload, rc == RC_OK ? len : 0);
	gateway.state = unpack_text(&in);
	if (rc == RC_OK && gateway.state != NULL)
		rc = store_open(gateway.state, &store, &why);
	turn.store = store;
	turn.gateway = &gateway;
	if (rc == RC_OK)
		rc = store_look(store, &why);
	if (rc == RC_OK)
		rc = turn_network_build(&turn, &why);
	store_close(&store);
	free(gateway.state);
	free(payload);
	return rc == RC_OK ? 0 : 1;
}
