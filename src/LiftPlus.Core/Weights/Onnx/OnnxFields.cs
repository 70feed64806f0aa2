namespace LiftPlus.Weights.Onnx;

/// <summary>Lists the numbers of onnx.proto's fields, as far as they are used.</summary>
internal static class OnnxFields
{
    // ModelProto
    public const int FormatVersion = 1,
        Producer = 2,
        ProducerVersion = 3,
        Graph = 7,
        OperatorSet = 8,
        Metadata = 14;

    // OperatorSetIdProto
    public const int SetDomain = 1,
        SetVersion = 2;

    // GraphProto
    public const int Node = 1,
        GraphName = 2,
        Initializer = 5,
        Input = 11,
        Output = 12;

    // NodeProto
    public const int NodeInput = 1,
        NodeOutput = 2,
        NodeName = 3,
        NodeType = 4,
        NodeAttribute = 5,
        NodeDomain = 7;

    // AttributeProto, and the values of its type
    public const int AttributeName = 1,
        Float = 2,
        Integer = 3,
        Text = 4,
        Integers = 8,
        AttributeType = 20,
        FloatType = 1,
        IntegerType = 2,
        TextType = 3,
        IntegersType = 7;

    // TensorProto
    public const int TensorSize = 1,
        TensorType = 2,
        TensorFloats = 4,
        TensorName = 8,
        TensorBytes = 9,
        TensorPlace = 13,
        TensorIsElsewhere = 14;

    // ValueInfoProto, TypeProto, TypeProto.Tensor, TensorShapeProto and its Dimension
    public const int ValueName = 1,
        ValueType = 2,
        TypeOfTensor = 1,
        ElementType = 1,
        Shape = 2,
        Dimension = 1,
        Size = 1,
        SizeName = 2;

    // StringStringEntryProto
    public const int Key = 1,
        Value = 2;
}
