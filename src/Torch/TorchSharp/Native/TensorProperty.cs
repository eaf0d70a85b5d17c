namespace TorchSharp.Native;

/// <summary>The numbers are those of tensor.cpp.</summary>
internal enum TensorProperty
{
    RequiresGrad = 0,
    IsLeaf = 1,
    IsContiguous = 2,
    StorageOffset = 3,
    ElementSize = 4,
    IsPinned = 5,
    IsSparse = 6,
    IsInference = 7,
    RetainsGrad = 8,
    IsConjugate = 9,
    IsNegative = 10,
    Version = 11,
}
