namespace LiftPlus.Data;

/// <summary>Represents a batch that is being filled.</summary>
internal sealed class PendingBatch(BatchBuffer buffer, OrderedPlace[] places)
{
    private int _left = places.Length;
    private SortedDictionary<int, Exception>? _failures;

    public BatchBuffer Buffer { get; } = buffer;

    public OrderedPlace[] Places { get; } = places;

    /// <summary>Gets the failures by slot, in slot order whatever the threads' speed; null if there are none.</summary>
    public IReadOnlyDictionary<int, Exception>? Failures => _failures;

    public bool Done => _left == 0;

    /// <summary>Counts one image and returns whether it was the last. Called under the run's lock.</summary>
    public bool Finish(int slot, Exception? failure)
    {
        if (failure is not null)
            (_failures ??= []).Add(slot, failure);
        return --_left == 0;
    }
}
