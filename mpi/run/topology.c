#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "mpi/run/run.h"

/* Local. Color that cuts the ranks of a node into forced nodes of about equal size, in rank order.
 */
static int forced_node(int rank, int size)
{
    const char *text = getenv("BACKFILL_FORCE_NODES");
    long nodes = text == NULL ? 1 : strtol(text, NULL, 10);
    if (nodes < 1)
        nodes = 1;
    return (int)((long)rank * (nodes < size ? nodes : size) / size);
}

/* Collective over world. */
static bf_status name_places(bf_topology *out, bf_error *err)
{
    int *node_of = NULL, size;
    bf_status st = BF_ALLOC(&out->place, (size_t)out->size, err);
    if (st == BF_OK)
        st = BF_ALLOC(&node_of, (size_t)out->size, err);
    if (st == BF_OK)
        st = BF_ALLOC(&out->hosts, (size_t)out->node_count, err);
    st = bf_agree(out->world, st, err);
    if (st == BF_OK) {
        BF_MPI(MPI_Allgather(&out->node_index, 1, MPI_INT, node_of, 1, MPI_INT, out->world));
        int32_t place = 0;
        for (int node = 0; node < out->node_count; node++) {
            for (int rank = 0; rank < out->size; rank++) {
                if (node_of[rank] == node)
                    out->place[rank] = place++;
            }
        }
    }
    if (st == BF_OK && out->leaders != MPI_COMM_NULL) {
        char name[MPI_MAX_PROCESSOR_NAME] = "";
        BF_MPI(MPI_Get_processor_name(name, &size));
        BF_MPI(MPI_Gather(name, sizeof name, MPI_CHAR, out->hosts, sizeof name, MPI_CHAR, 0,
                          out->leaders));
    }
    free(node_of);
    return st;
}

bf_status bf_topology_init(bf_topology *out, MPI_Comm comm, bf_error *err)
{
    *out = (bf_topology){.world = MPI_COMM_NULL,
                         .node = MPI_COMM_NULL,
                         .leaders = MPI_COMM_NULL,
                         .team = MPI_COMM_NULL};
    BF_MPI(MPI_Comm_dup(comm, &out->world));
    BF_MPI(MPI_Comm_rank(out->world, &out->rank));
    BF_MPI(MPI_Comm_size(out->world, &out->size));
    MPI_Comm machine;
    BF_MPI(
        MPI_Comm_split_type(out->world, MPI_COMM_TYPE_SHARED, out->rank, MPI_INFO_NULL, &machine));
    BF_MPI(MPI_Comm_split(machine, forced_node(out->rank, out->size), out->rank, &out->node));
    BF_MPI(MPI_Comm_free(&machine));
    BF_MPI(MPI_Comm_rank(out->node, &out->node_rank));
    BF_MPI(MPI_Comm_size(out->node, &out->node_size));
    BF_MPI(MPI_Comm_split(out->world, out->node_rank == 0 ? 0 : MPI_UNDEFINED, out->rank,
                          &out->leaders));
    if (out->leaders != MPI_COMM_NULL) {
        BF_MPI(MPI_Comm_rank(out->leaders, &out->node_index));
        BF_MPI(MPI_Comm_size(out->leaders, &out->node_count));
    }
    BF_MPI(MPI_Bcast(&out->node_index, 1, MPI_INT, 0, out->node));
    BF_MPI(MPI_Bcast(&out->node_count, 1, MPI_INT, 0, out->node));
    BF_MPI(MPI_Comm_split(out->world, out->node_count > 1 ? out->node_index : out->rank, out->rank,
                          &out->team));
    BF_MPI(MPI_Comm_rank(out->team, &out->team_rank));
    BF_MPI(MPI_Comm_size(out->team, &out->team_size));
    return name_places(out, err);
}

static void free_comm(MPI_Comm *comm)
{
    if (*comm != MPI_COMM_NULL)
        (void)MPI_Comm_free(comm);
}

void bf_topology_reset(bf_topology *topology)
{
    free(topology->place);
    free(topology->hosts);
    topology->place = NULL;
    topology->hosts = NULL;
    free_comm(&topology->team);
    free_comm(&topology->leaders);
    free_comm(&topology->node);
    free_comm(&topology->world);
}

/* Local. Open MPI backs shared windows by files in /dev/shm; when they do not fit, the first touch
 * of a page would kill the rank. So it is asked before. */
static bf_status check_room(size_t size_bytes, int ranks, const char *what, bf_error *err)
{
    struct statvfs fs;
    if (ranks == 1 || statvfs("/dev/shm", &fs) != 0)
        return BF_OK;
    uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (free_bytes >= size_bytes)
        return BF_OK;
    return bf_error_set(
        err, BF_E_MEMORY,
        "%s needs %zu MiB of memory shared between the ranks of a node, /dev/shm has %llu MiB: "
        "enlarge it or use a smaller --buffer",
        what, size_bytes >> 20, (unsigned long long)(free_bytes >> 20));
}

bf_status bf_shared_create(bf_shared *out, MPI_Comm comm, size_t size_bytes, const char *what,
                           bf_error *err)
{
    int rank, ranks;
    *out = (bf_shared){.window = MPI_WIN_NULL, .size_bytes = size_bytes};
    BF_MPI(MPI_Comm_rank(comm, &rank));
    BF_MPI(MPI_Comm_size(comm, &ranks));
    size_t mine = rank == 0 ? size_bytes + 64 : 0;
    bf_status st =
        bf_fault_hit(BF_FAULT_ALLOC)
            ? bf_error_set(err, BF_E_MEMORY, "out of memory: %s needs %zu bytes", what, size_bytes)
            : check_room(mine, ranks, what, err);
    BF_TRY(bf_agree(comm, st, err));
    BF_MPI(
        MPI_Win_allocate_shared((MPI_Aint)mine, 1, MPI_INFO_NULL, comm, &out->base, &out->window));
    MPI_Aint size;
    int unit;
    BF_MPI(MPI_Win_shared_query(out->window, 0, &size, &unit, &out->base));
    BF_MPI(MPI_Win_lock_all(MPI_MODE_NOCHECK, out->window));
    out->base += (64 - (uintptr_t)out->base % 64) % 64; /* pages are aligned alike on every rank */
    return BF_OK;
}

void bf_shared_free(bf_shared *shared)
{
    if (shared->window == MPI_WIN_NULL)
        return;
    (void)MPI_Win_unlock_all(shared->window);
    (void)MPI_Win_free(&shared->window);
    shared->base = NULL;
}

void bf_shared_fence(const bf_shared *shared, MPI_Comm comm)
{
    BF_MPI(MPI_Win_sync(shared->window));
    BF_MPI(MPI_Barrier(comm));
    BF_MPI(MPI_Win_sync(shared->window));
}
