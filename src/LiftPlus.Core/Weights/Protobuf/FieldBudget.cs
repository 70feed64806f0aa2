namespace LiftPlus.Weights.Protobuf;

/// <summary>Counts the fields that are read of a file, so that one of nothing but tiny fields ends early.</summary>
/// <param name="kind">What the file should be, such as "an ONNX file", for errors.</param>
internal sealed class FieldBudget(string kind)
{
    private const int Most = 1 << 20; // an ONNX file takes a few thousand, a vocabulary one for each piece

    private int _spent;

    /// <summary>Gets what the file should be.</summary>
    public string Kind => kind;

    /// <summary>Counts a field.</summary>
    /// <exception cref="WeightFileException">There are too many.</exception>
    public void Spend(ProtobufReader reader)
    {
        if (++_spent > Most)
            throw reader.Wrong($"the file has more than {Most:N0} fields");
    }
}
