using LiftPlus.Weights.Onnx;

namespace LiftPlus.Onnx;

/// <summary>Builds the small messages of an ONNX file.</summary>
internal static class OnnxMessages
{
    /// <summary>Builds an operator.</summary>
    public static Protobuf Node(
        string domain,
        string type,
        string[] inputs,
        string[] outputs,
        IEnumerable<(string Name, object Value)> attributes
    )
    {
        var node = new Protobuf();
        foreach (string input in inputs)
            node.Text(OnnxFields.NodeInput, input);
        foreach (string output in outputs)
            node.Text(OnnxFields.NodeOutput, output);
        node.Text(OnnxFields.NodeName, outputs[0]).Text(OnnxFields.NodeType, type).Text(OnnxFields.NodeDomain, domain);
        foreach ((string name, object value) in attributes)
            node.Message(OnnxFields.NodeAttribute, Attribute(name, value));
        return node;
    }

    /// <summary>Builds a key with its value.</summary>
    public static Protobuf Entry(string key, string value) => new Protobuf().Text(OnnxFields.Key, key).Text(OnnxFields.Value, value);

    private static Protobuf Attribute(string name, object value)
    {
        Protobuf attribute = new Protobuf().Text(OnnxFields.AttributeName, name);
        int type = value switch
        {
            float => OnnxFields.FloatType,
            int or long => OnnxFields.IntegerType,
            string => OnnxFields.TextType,
            long[] => OnnxFields.IntegersType,
            _ => throw new LiftPlusException(
                $"The attribute '{name}' is a {value.GetType().Name}; give a float, an int, a long, a string or an array of long."
            ),
        };
        attribute.Integer(OnnxFields.AttributeType, type);
        return value switch
        {
            float number => attribute.Single(OnnxFields.Float, number),
            string text => attribute.Text(OnnxFields.Text, text),
            long[] numbers => numbers.Aggregate(attribute, (message, number) => message.Integer(OnnxFields.Integers, number)),
            _ => attribute.Integer(OnnxFields.Integer, Convert.ToInt64(value)),
        };
    }

    /// <summary>Describes an input or output of the file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="shape">Its axes: a number, or the name of a size that the caller chooses.</param>
    public static Protobuf Value(string name, OnnxType type, object[] shape)
    {
        var sizes = new Protobuf();
        foreach (object size in shape)
        {
            var axis = new Protobuf();
            axis = size is string chosen ? axis.Text(OnnxFields.SizeName, chosen) : axis.Integer(OnnxFields.Size, Convert.ToInt64(size));
            sizes.Message(OnnxFields.Dimension, axis);
        }

        Protobuf tensor = new Protobuf().Integer(OnnxFields.ElementType, (int)type).Message(OnnxFields.Shape, sizes);
        return new Protobuf()
            .Text(OnnxFields.ValueName, name)
            .Message(OnnxFields.ValueType, new Protobuf().Message(OnnxFields.TypeOfTensor, tensor));
    }
}
