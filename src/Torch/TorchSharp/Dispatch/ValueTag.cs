namespace TorchSharp;

internal enum ValueTag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    TensorList = 7,
    OptionalTensorList = 8,
    Device = 9,
    Generator = 10,
    String = 11,
    BoolList = 12,
    Complex = 13,
    Default = 14,
    Tuple = 20,
    List = 21,
}
