namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>The binary interfaces that MPI libraries have: which machine words stand for their types and operations.</summary>
internal enum MpiAbi
{
    /// <summary>Open MPI: the addresses of objects that the library exports.</summary>
    OpenMpi,

    /// <summary>MPICH, and so Intel MPI, MVAPICH, Cray MPICH and MS-MPI: numbers of 32 bits.</summary>
    Mpich,

    /// <summary>The standard one of MPI 5 (<c>libmpi_abi</c>): small numbers.</summary>
    Standard,
}
