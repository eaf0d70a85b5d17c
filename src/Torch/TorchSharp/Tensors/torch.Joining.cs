namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Ops.Cat.Tensor(All(tensors), dim);

    public static Tensor cat(Tensor[] tensors, long dim = 0) => Ops.Cat.Tensor(All(tensors), dim);

    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Ops.Cat.Tensor(All(tensors.ToArray()), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Ops.Stack.Tensor(All(tensors), dim);

    public static Tensor hstack(params Tensor[] tensors) => Ops.Hstack.Tensor(All(tensors));

    public static Tensor hstack(IList<Tensor> tensors) => Ops.Hstack.Tensor(All(tensors));

    public static Tensor vstack(Tensor[] tensors) => Ops.Vstack.Tensor(All(tensors));

    public static Tensor vstack(IList<Tensor> tensors) => Ops.Vstack.Tensor(All(tensors));

    public static Tensor dstack(params Tensor[] tensors) => Ops.Dstack.Tensor(All(tensors));

    public static Tensor column_stack(params Tensor[] tensors) => Ops.ColumnStack.Tensor(All(tensors));

    public static Tensor block_diag(params Tensor[] tensors) => Ops.BlockDiag.Tensor(All(tensors));

    public static Tensor cartesian_prod(params Tensor[] tensors) => Ops.CartesianProd.Tensor(All(tensors));

    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Ops.BroadcastTensors.TensorList(All(tensors));

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => Ops.Meshgrid_indexing.TensorList(All(tensors), indexing);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Ops.Einsum.Tensor(equation, All(tensors));

    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false) => Ops.Combinations.Tensor(input, r, with_replacement);

    public static Tensor tril_indices(long row, long col, long offset = 0L, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Ops.TrilIndices.Tensor(row, col, offset, dtype, Arg.None, InitializeDevice(device));

    public static Tensor triu_indices(long row, long col, long offset = 0L, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Ops.TriuIndices.Tensor(row, col, offset, dtype, Arg.None, InitializeDevice(device));

    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => (ScalarType)Ops.ResultType_Tensor.Int(tensor1, tensor2);

    public static bool can_cast(ScalarType from, ScalarType to) => Ops.CanCast.Bool(from, to);

    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => (ScalarType)Ops.PromoteTypes.Int(type1, type2);

    private static Tensor[] All(IEnumerable<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return tensors as Tensor[] ?? tensors.ToArray();
    }
}
