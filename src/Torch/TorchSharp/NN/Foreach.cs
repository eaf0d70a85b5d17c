namespace TorchSharp.Utils;

/// <summary>One native call for a list of tensors.</summary>
internal static class Foreach
{
    private static readonly Op s_zero = Op.Of("aten::_foreach_zero_");
    private static readonly Op s_neg = Op.Of("aten::_foreach_neg");
    private static readonly Op s_norm = Op.Of("aten::_foreach_norm", "Scalar");
    private static readonly Op s_mul = Op.Of("aten::_foreach_mul_", "Scalar");
    private static readonly Op s_div = Op.Of("aten::_foreach_div_", "Scalar");
    private static readonly Op s_addScalar = Op.Of("aten::_foreach_add_", "Scalar");
    private static readonly Op s_addList = Op.Of("aten::_foreach_add", "List");
    private static readonly Op s_addListInPlace = Op.Of("aten::_foreach_add_", "List");
    private static readonly Op s_addcmul = Op.Of("aten::_foreach_addcmul_", "Scalar");
    private static readonly Op s_addcdiv = Op.Of("aten::_foreach_addcdiv_", "Scalar");
    private static readonly Op s_sqrtOut = Op.Of("aten::sqrt", "out");
    private static readonly Op s_maximumOut = Op.Of("aten::maximum", "out");

    public static void zero_(torch.Tensor[] targets) => s_zero.Call(targets);

    public static torch.Tensor[] neg(torch.Tensor[] tensors) => s_neg.TensorList(tensors);

    public static torch.Tensor[] norm(torch.Tensor[] tensors, double order) => s_norm.TensorList(tensors, order);

    public static void mul_(torch.Tensor[] targets, double factor) => s_mul.Call(targets, factor);

    public static void div_(torch.Tensor[] targets, double divisor) => s_div.Call(targets, divisor);

    public static void add_(torch.Tensor[] targets, double number) => s_addScalar.Call(targets, number);

    public static void add_(torch.Tensor[] targets, torch.Tensor[] others, double factor) => s_addListInPlace.Call(targets, others, factor);

    public static torch.Tensor[] add(torch.Tensor[] tensors, torch.Tensor[] others, double factor) => s_addList.TensorList(tensors, others, factor);

    /// <summary>target += factor·left·right.</summary>
    public static void addcmul_(torch.Tensor[] targets, torch.Tensor[] left, torch.Tensor[] right, double factor)
        => s_addcmul.Call(targets, left, right, factor);

    /// <summary>target += factor·left/right.</summary>
    public static void addcdiv_(torch.Tensor[] targets, torch.Tensor[] left, torch.Tensor[] right, double factor)
        => s_addcdiv.Call(targets, left, right, factor);

    public static void sqrt(torch.Tensor source, torch.Tensor target) => s_sqrtOut.Call(source, target);

    public static void maximum(torch.Tensor left, torch.Tensor right, torch.Tensor target) => s_maximumOut.Call(left, right, target);
}
