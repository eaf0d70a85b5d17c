namespace LoraDiff.Cli.Doctor;

/// <summary>A GPU that the NVIDIA driver shows to this process; the one at place N is <c>cuda:N</c>.</summary>
/// <param name="Name">As the driver calls it.</param>
/// <param name="MemoryGib">Memory in all, in GiB.</param>
internal sealed record CudaDevice(string Name, double MemoryGib);
