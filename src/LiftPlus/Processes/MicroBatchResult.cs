namespace LiftPlus.Processes;

/// <summary>Represents what a micro-batch gave besides its gradients.</summary>
/// <param name="Places">The positions of its images in the dataset; empty for no images.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Hits">Which images were classified correctly.</param>
internal readonly record struct MicroBatchResult(int[] Places, double Loss, bool[] Hits)
{
    /// <summary>Gets the result without images.</summary>
    public static MicroBatchResult None { get; } = new([], 0, []);

    /// <summary>Writes the result as bytes.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(Places.Length);
            Array.ForEach(Places, writer.Write);
            writer.Write(Loss);
            writer.Write(Hits.Length);
            Array.ForEach(Hits, writer.Write);
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static MicroBatchResult From(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        int[] places = new int[reader.ReadInt32()];
        for (int i = 0; i < places.Length; i++)
            places[i] = reader.ReadInt32();
        double loss = reader.ReadDouble();
        bool[] hits = new bool[reader.ReadInt32()];
        for (int i = 0; i < hits.Length; i++)
            hits[i] = reader.ReadBoolean();
        return new MicroBatchResult(places, loss, hits);
    }
}
