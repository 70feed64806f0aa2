using System.Globalization;
using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.Optimization;
using LiftPlus.TestSupport;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares the crop-scale floor, the learning rate and optimizer steps with golden/schedules.</summary>
public sealed class SchedulesParityTests
{
    private static readonly JsonElement s_golden = GoldenFolder.Json("schedules", "schedules.json");

    [Fact]
    public void MinimumCropScaleIsTheReferences()
    {
        int compared = 0;
        foreach (JsonProperty entry in s_golden.GetProperty("mda_min_scale").EnumerateObject())
        {
            string[] key = entry.Name.Split('/');
            (int epochs, ScheduleShape shape) = (
                int.Parse(key[0], CultureInfo.InvariantCulture),
                Enum.Parse<ScheduleShape>(key[1], ignoreCase: true)
            );
            if (entry.Value.ValueKind != JsonValueKind.Array)
            {
                // The reference divides by zero for one epoch; here a single epoch is the start of the schedule.
                Assert.Equal(0, Schedule.Progress(0, epochs));
                continue;
            }

            for (int e = 0; e < epochs; e++, compared++)
                Assert.Equal(entry.Value[e].GetDouble(), Schedule.MinimumCropScale(shape, Schedule.Progress(e, epochs)), 1e-12);
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public void CosineLearningRateIsTheReferences()
    {
        foreach (JsonProperty entry in s_golden.GetProperty("cosine_lr").EnumerateObject())
        {
            double[] wanted = [.. entry.Value.GetProperty("per_epoch").EnumerateArray().Select(rate => rate.GetDouble())];
            double baseRate = wanted[0];
            for (int e = 0; e < wanted.Length; e++)
                Assert.Equal(wanted[e], Schedule.CosineLearningRate(baseRate, e, wanted.Length), 1e-12 * baseRate);
            Assert.Equal(
                entry.Value.GetProperty("after_last_step").GetDouble(),
                Schedule.CosineLearningRate(baseRate, wanted.Length, wanted.Length),
                1e-12 * baseRate
            );
        }
    }

    [Fact]
    public void SgdArithmeticIsTheReferences()
    {
        JsonElement golden = s_golden.GetProperty("sgd");
        JsonElement defaults = golden.GetProperty("defaults");
        var options = new SgdOptions
        {
            Momentum = defaults.GetProperty("momentum").GetDouble(),
            WeightDecay = defaults.GetProperty("weight_decay").GetDouble(),
            Nesterov = defaults.GetProperty("nesterov").GetBoolean(),
        };
        Assert.Equal(new SgdOptions(), options); // the library's defaults are the reference's

        using var p = new Parameter(tensor(Doubles(golden.GetProperty("initial"))));
        using Optimizer optimizer = options.CreateOptimizer([new OptimizedParameter("p", p)]);
        foreach (JsonElement step in golden.GetProperty("steps").EnumerateArray())
        {
            p.grad = tensor(Doubles(step.GetProperty("grad")));
            optimizer.Step(step.GetProperty("lr").GetDouble());
            Near(step.GetProperty("param"), p);
            Near(step.GetProperty("momentum_buffer"), optimizer.State["p.momentum"]);
        }
    }

    [Fact]
    public void CappedOrderIsTheReferences()
    {
        JsonElement golden = s_golden.GetProperty("down_sampler");
        int[] labels = Integers(golden.GetProperty("labels"));
        var dataset = new ImageDataset(
            labels.Select((label, i) => new LabeledImage($"{i}", label)),
            [.. Enumerable.Range(0, labels.Max() + 1).Select(label => $"{label}")]
        );
        var sampler = new CappedSampler(golden.GetProperty("n_max").GetInt32());
        Assert.Equal(golden.GetProperty("length").GetInt32(), sampler.Count(dataset));
        Assert.Equal(
            Integers(golden.GetProperty("order")),
            sampler.Order(dataset, new TorchRandom(golden.GetProperty("torch_manual_seed").GetInt32()))
        );
        Assert.Equal(golden.GetProperty("default_n_max").GetInt32(), new CappedSamplerOptions().Cap);
    }

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    private static void Near(JsonElement wanted, Tensor got)
    {
        using Tensor expected = tensor(Doubles(wanted));
        TensorAssert.Close(expected, got, 1e-12, 1e-300, "value");
    }

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
