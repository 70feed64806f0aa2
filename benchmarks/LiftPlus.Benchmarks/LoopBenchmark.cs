using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Optimization;
using LiftPlus.Peft;
using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Measures what the loop adds to its steps. Between the end of one optimiser step and the first block of the next forward pass are the
/// progress report, the wait for images, their copy and the patch projection (about 0.3 % of a step, and not part of the loop).
/// </summary>
internal static class LoopBenchmark
{
    private const int Steps = 8;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        using var photographs = new Photographs();
        var clock = new StepClock();
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(VitStep.Create)
            .AddAdaptFormer()
            .AddPeft(new ClockOptions(clock))
            .UseCosineClassifier(initialization: ClassifierInitialization.None)
            .UseTraining(training => training with { Epochs = 1, BatchSize = VitStep.BatchSize, Optimizer = new ClockedSgdOptions(clock) })
            .Build();
        tuner.Fit(photographs.Sample(VitStep.BatchSize * Steps), cancellationToken: cancellationToken).Dispose();
        return new JsonObject
        {
            ["steps"] = clock.Between.Count,
            ["overhead"] = Math.Round(clock.Between.Sum() / (clock.Between.Sum() + clock.Within.Sum()), 4),
            ["images"] = photographs.Source,
        };
    }

    /// <summary>Measures the seconds within each step after the first, and between steps.</summary>
    private sealed class StepClock
    {
        private long _started;
        private long _ended;

        public List<double> Within { get; } = [];

        public List<double> Between { get; } = [];

        public void Start()
        {
            _started = Stopwatch.GetTimestamp();
            if (_ended != 0)
                Between.Add(Stopwatch.GetElapsedTime(_ended, _started).TotalSeconds);
        }

        public void End()
        {
            if (_ended != 0)
                Within.Add(Stopwatch.GetElapsedTime(_started).TotalSeconds);
            _ended = Stopwatch.GetTimestamp();
        }
    }

    private sealed record ClockOptions(StepClock Clock) : PeftOptions
    {
        public override string Type => "clock";

        public override void Apply(PeftContext context) =>
            context.Attach(context.Blocks(Tower.Image)[0].Site(AdapterSites.Tokens), Type, () => new ClockAdapter(Clock));
    }

    private sealed class ClockAdapter(StepClock clock) : Adapter(nameof(ClockAdapter))
    {
        public override Tensor forward(Tensor input, Tensor output)
        {
            clock.Start();
            return output;
        }
    }

    private sealed record ClockedSgdOptions(StepClock Clock) : OptimizerOptions
    {
        public override string Type => "clocked-sgd";

        public override Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters) => new ClockedSgd(Clock, [.. parameters]);
    }

    private sealed class ClockedSgd(StepClock clock, OptimizedParameter[] parameters) : Optimizer(parameters)
    {
        protected override void Update(Slot slot, Tensor gradient, double learningRate)
        {
            slot.Target.Parameter.add_(gradient, Held(-learningRate));
            if (ReferenceEquals(slot.Target, parameters[^1]))
                clock.End();
        }

        protected override Tensor? NewEntry(OptimizedParameter target, string entry) => null;
    }
}
