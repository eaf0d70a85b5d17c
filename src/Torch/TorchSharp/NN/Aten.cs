namespace TorchSharp;

/// <summary>The operators that modules, losses and optimizers call by themselves.</summary>
internal static class Aten
{
    public static readonly Op linear = Op.Of("aten::linear");
    public static readonly Op embedding = Op.Of("aten::embedding");
    public static readonly Op embedding_renorm_ = Op.Of("aten::embedding_renorm_");
    public static readonly Op layer_norm = Op.Of("aten::layer_norm");
    public static readonly Op relu = Op.Of("aten::relu");
    public static readonly Op relu_ = Op.Of("aten::relu_");
    public static readonly Op silu = Op.Of("aten::silu");
    public static readonly Op silu_ = Op.Of("aten::silu_");
    public static readonly Op gelu = Op.Of("aten::gelu");
    public static readonly Op gelu_ = Op.Of("aten::gelu_");
    public static readonly Op dropout = Op.Of("aten::dropout");
    public static readonly Op dropout_ = Op.Of("aten::dropout_");
    public static readonly Op softmax = Op.Of("aten::softmax", "int");
    public static readonly Op log_softmax = Op.Of("aten::log_softmax", "int");
    public static readonly Op safe_softmax = Op.Of("aten::_safe_softmax");
    public static readonly Op scaled_dot_product_attention = Op.Of("aten::scaled_dot_product_attention");
    public static readonly Op vector_norm = Op.Of("aten::linalg_vector_norm");
    public static readonly Op one_hot = Op.Of("aten::one_hot");
    public static readonly Op pad = Op.Of("aten::pad");
    public static readonly Op cross_entropy = Op.Of("aten::cross_entropy_loss");
    public static readonly Op nll_loss = Op.Of("aten::nll_loss_nd");
    public static readonly Op mse_loss = Op.Of("aten::mse_loss");
    public static readonly Op set_data = Op.Of("aten::set_data");
}
