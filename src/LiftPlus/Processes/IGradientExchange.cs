namespace LiftPlus.Processes;

/// <summary>Adds up the gradients of a step over the processes, in the order of the micro-batches.</summary>
internal interface IGradientExchange : IDisposable
{
    /// <summary>
    /// Adds the gradients of one round, a micro-batch of each process in the order of their numbers, and takes them from the parameters.
    /// </summary>
    /// <param name="own">What this process's micro-batch gave; without images if the round has none for it.</param>
    /// <returns>What the micro-batch of each process gave.</returns>
    IReadOnlyList<MicroBatchResult> Add(MicroBatchResult own);

    /// <summary>Sets the gradients of the parameters, in every process, to the sums.</summary>
    void Complete();
}
