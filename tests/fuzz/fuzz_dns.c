#include "cli/doctor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	doctor_dns_has(data, size, 15, "");
	doctor_dns_has(data, size, 16, "v=spf1");
	return 0;
}
