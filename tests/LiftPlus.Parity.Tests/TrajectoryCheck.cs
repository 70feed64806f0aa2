using System.Text.Json;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>A whole training run of golden/trajectory, step by step, computed somewhere; in float16 with loss scaling.</summary>
internal sealed class TrajectoryCheck(string run, GoldenPlace place)
{
    private static readonly GoldenFile s_tensors = GoldenFolder.Tensors("trajectory", "trajectory.safetensors");
    private static readonly JsonElement s_json = GoldenFolder.Json("trajectory", "trajectory.json");

    /// <summary>The runs of the folder.</summary>
    public static IEnumerable<string> Runs => s_json.GetProperty("runs").EnumerateObject().Select(run => run.Name);

    /// <summary>Runs it.</summary>
    /// <returns>The largest relative difference of a loss.</returns>
    public double Run()
    {
        JsonElement golden = s_json.GetProperty("runs").GetProperty(run);
        JsonElement config = golden.GetProperty("config");
        using DisposeScope scope = NewDisposeScope();
        using var model = new TrajectoryModel(run, s_json, s_tensors, place);
        ClassDistribution classes = Classes();
        Assert.Equal("LA", config.GetProperty("loss").GetString());
        using LongTailLoss loss = new LogitAdjustedLossOptions().CreateLoss(new LossContext(classes, model.Head.LogitScale, place.Device));
        var sgd = new SgdOptions
        {
            Momentum = config.GetProperty("momentum").GetDouble(),
            WeightDecay = config.GetProperty("weight_decay").GetDouble(),
        };
        using Optimizer optimizer = sgd.CreateOptimizer(
            model.Trained.Select(entry => new OptimizedParameter(entry.Theirs, entry.Parameter))
        );

        LossScale? scale = place.Storage == float16 ? new LossScale { Factor = 1024 } : null;
        double[] wanted = [.. golden.GetProperty("loss").EnumerateArray().Select(value => value.GetDouble())];
        double[] rates = [.. golden.GetProperty("lr").EnumerateArray().Select(value => value.GetDouble())];
        int epochs = config.GetProperty("num_epochs").GetInt32();
        int accumulate = config.GetProperty("accum_step").GetInt32();
        int step = 0;
        double worst = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double rate = Schedule.CosineLearningRate(config.GetProperty("lr").GetDouble(), epoch, epochs);
            JsonElement batches = golden.GetProperty("order")[epoch];
            for (int batch = 0; batch < batches.GetArrayLength(); batch++, step++)
            {
                Assert.Equal(rates[step], rate, 1e-12);
                using DisposeScope stepScope = NewDisposeScope();
                Tensor index = tensor(batches[batch].EnumerateArray().Select(place => place.GetInt64()).ToArray());
                Tensor labels = s_tensors["pool_labels"].ToTensor().index_select(0, index).to(place.Device);
                Tensor value = loss.forward(model.Logits(Images(index)), labels);
                Tensor share = TensorMath.Scale(value, 1.0 / accumulate);
                (scale?.Apply(share) ?? share).backward();
                double got = value.item<float>();
                worst = Math.Max(worst, Math.Abs(got - wanted[step]) / wanted[step]);
                Assert.True(
                    Math.Abs(got - wanted[step]) <= (place.RelativeNorm ?? 1e-4) * wanted[step] + 1e-6,
                    $"Loss of micro-batch {step} is {got:R}, wanted {wanted[step]:R}."
                );
                if ((batch + 1) % accumulate == 0 || batch + 1 == batches.GetArrayLength())
                {
                    bool isFinite = scale?.Unscale(model.Trained.Select(entry => entry.Parameter)) ?? true;
                    Assert.True(isFinite, $"A gradient of micro-batch {step} is not finite.");
                    optimizer.Step(rate);
                    optimizer.ZeroGrad();
                }
            }
        }

        Assert.Equal(wanted.Length, step);
        foreach ((string theirs, Parameter parameter) in model.Trained)
        {
            GoldenTensor final = s_tensors[$"{run}.final.{theirs}"];
            double peak = final.Floats().Max(Math.Abs);
            if (place.RelativeNorm is null)
                TensorAssert.Close(final, parameter, 0, 1e-3 * peak + 1e-5, theirs);
            else
                place.Near(final, parameter, theirs);
        }

        using IDisposable noGrad = no_grad();
        Tensor logits = model.Logits(Images(s_tensors["eval_images_index"].ToTensor()));
        GoldenTensor finalLogits = s_tensors[$"{run}.final_logits"];
        if (place.RelativeNorm is null)
            TensorAssert.Close(finalLogits, logits, 1e-3, 5e-3, "final logits");
        else
            place.Near(finalLogits, logits, "final logits");
        return worst;
    }

    private static ClassDistribution Classes()
    {
        int[] counts = [.. s_json.GetProperty("class_counts").EnumerateArray().Select(count => count.GetInt32())];
        return new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts);
    }

    private Tensor Images(Tensor index) =>
        GoldenPixels
            .Normalize(
                s_tensors["pool_images"].ToTensor().index_select(0, index),
                GoldenPixels.Floats(s_json.GetProperty("mean")),
                GoldenPixels.Floats(s_json.GetProperty("std"))
            )
            .to(place.Device);
}
