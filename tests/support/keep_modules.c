/* Linked into programs of the sanitizer build: modules stay loaded until the end, so that the leak
 * report can name the library behind each address and lsan.supp can match it. Open MPI unloads its
 * plugins in MPI_Finalize. */
int dlclose(void *handle);

int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
