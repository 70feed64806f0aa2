namespace LiftPlus.Weights.Onnx;

/// <summary>Specifies the type of a tensor, by its number in onnx.proto.</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int64 = 7,
    Float16 = 10,
}
