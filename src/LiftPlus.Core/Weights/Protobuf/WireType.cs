namespace LiftPlus.Weights.Protobuf;

/// <summary>Specifies how a field of a protobuf message is written.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    Fixed32 = 5,
}
