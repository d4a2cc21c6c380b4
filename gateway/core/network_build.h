/* network_build: what the parts of core/network share among themselves. */
#ifndef CORE_NETWORK_BUILD_H
#define CORE_NETWORK_BUILD_H

#include "core/network_lists.h"

/* What is in the file before the tables; see network_file.c. */
#define NETWORK_HEADER_LEN 64

/* A zeroed image to be filled; the pages come as they are touched. */
unsigned char *network_image_new(size_t len);

/* For the header: the sum of an image with the sum taken as zero. */
uint64_t network_file_sum(const unsigned char *image, size_t len);

uint32_t network_overlay_index(const struct network_overlay *overlay, uint32_t base,
                               int64_t member);
int64_t network_overlay_member(const struct network_overlay *overlay, uint32_t extra);
void network_overlay_load(struct network_overlay *overlay, uint32_t extra, int percent);
uint32_t network_overlay_members(const struct network_overlay *overlay); /* NULL: 0 */

#endif
