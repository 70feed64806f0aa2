namespace LiftPlus.Weights.Onnx;

/// <summary>Counts the fields that are read of a file, so that one of nothing but tiny fields ends early.</summary>
internal sealed class FieldBudget
{
    private const int Most = 1 << 20; // the largest models take a few thousand

    private int _spent;

    /// <summary>Counts a field.</summary>
    /// <exception cref="WeightFileException">There are too many.</exception>
    public void Spend(ProtobufReader reader)
    {
        if (++_spent > Most)
            throw reader.Wrong($"the file has more than {Most:N0} fields");
    }
}
