using System.Text.Json.Nodes;

namespace LiftPlus.Benchmarks;

/// <summary>Measures what shows only over many steps: memory, and the time that a linear probe saves by computing features once.</summary>
internal static class LongRunBenchmark
{
    public static JsonObject Run(CancellationToken cancellationToken) =>
        new()
        {
            ["memory"] = SmokeBenchmark.Memory(stepsPerEpoch: 250, epochs: 8, cancellationToken),
            ["linearProbe"] = LinearProbeBenchmark.Run(cancellationToken),
        };
}
