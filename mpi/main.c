#include <mpi.h>

int main(int argc, char **argv)
{
    (void)MPI_Init(&argc, &argv);
    (void)MPI_Finalize();
    return 0;
}
