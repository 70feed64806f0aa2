using System.Text.Json.Nodes;

namespace LiftPlus.Benchmarks;

/// <summary>What shows only over many steps: memory, and the features that a linear probe need not compute again.</summary>
internal static class LongRunBenchmark
{
    public static JsonObject Run(CancellationToken cancellationToken) =>
        new()
        {
            ["memory"] = SmokeBenchmark.Memory(stepsPerEpoch: 250, epochs: 8, cancellationToken),
            ["linearProbe"] = LinearProbeBenchmark.Run(cancellationToken),
        };
}
