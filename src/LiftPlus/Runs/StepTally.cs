using LiftPlus.Data;

namespace LiftPlus.Runs;

/// <summary>Counts over the micro-batches of one step.</summary>
internal sealed class StepTally
{
    /// <summary>Gets the positions of the step's images in the dataset.</summary>
    public List<int> Indices { get; } = [];

    public int MicroBatches { get; private set; }

    public int Images => Indices.Count;

    /// <summary>Gets the sum of the loss over images.</summary>
    public double Loss { get; private set; }

    public long[] Seen { get; } = new long[3];

    public long[] Recognized { get; } = new long[3];

    /// <summary>Adds a micro-batch: the positions of its images, its mean loss, and which images were classified correctly.</summary>
    public void Add(IReadOnlyList<int> indices, double loss, ReadOnlySpan<bool> hits, ImageDataset train)
    {
        MicroBatches++;
        Indices.AddRange(indices);
        Loss += loss * indices.Count;
        for (int i = 0; i < hits.Length; i++)
        {
            int group = (int)train.Classes.GroupOf(train[indices[i]].Label);
            Seen[group]++;
            Recognized[group] += hits[i] ? 1 : 0;
        }
    }
}
