#include "compute/schema/rows.h"

#include <string.h>

#include "compute/schema/digest.h"

#define REQUIRED BF_MODE_REQUIRED
#define NULLABLE 0
#define HASHED BF_MODE_HASHED
#define RUN_FACT BF_MODE_RUN_FACT

#define BF_EACH "compute/schema/expand/store.inc"
#include "compute/schema/expand/each_output.inc"
#undef BF_EACH

#define BF_EACH "compute/schema/expand/hash.inc"
#include "compute/schema/expand/each_processor.inc"
#undef BF_EACH
