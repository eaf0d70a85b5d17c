using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>A parameter of which a copy is trained.</summary>
internal sealed record PlannedCopy(string Key, nn.Module Owner, Parameter Original);
