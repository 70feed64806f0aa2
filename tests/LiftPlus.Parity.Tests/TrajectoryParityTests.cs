using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Layers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Repeats whole training runs of the reference step by step, from its initial values and on its batches: backbone, modules, head, loss,
/// schedule, accumulation and optimizer together.
/// </summary>
public sealed class TrajectoryParityTests(ITestOutputHelper output)
{
    private static readonly GoldenFile s_tensors = GoldenFolder.Tensors("trajectory", "trajectory.safetensors");
    private static readonly JsonElement s_json = GoldenFolder.Json("trajectory", "trajectory.json");

    public static TheoryData<string> Runs => [.. TrajectoryCheck.Runs];

    [Theory]
    [MemberData(nameof(Runs))]
    public void TrainingFollowsTheReference(string run) =>
        output.WriteLine($"{run}: largest relative difference of a loss {new TrajectoryCheck(run, GoldenPlace.Cpu).Run():E1}");

    [Theory]
    [MemberData(nameof(Runs))]
    public void TrainingFollowsTheReferenceWithProductsAsConvolutions(string run)
    {
        using IDisposable products = LinearProducts.Use(() => LinearProducts.Convolution);
        new TrajectoryCheck(run, GoldenPlace.Cpu).Run();
    }

    [Fact]
    public void TheHeadStartsFromTheTextOfTheClassNames()
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));
        Tensor directions = SemanticInitializer.Directions(backbone, backbone.EncodeText(s_tensors["class_tokens"].ToTensor()));
        string[] semantic =
        [
            .. s_json
                .GetProperty("runs")
                .EnumerateObject()
                .Where(run =>
                    run.Value.GetProperty("config").GetProperty("overrides").GetProperty("classifier_init").GetString() == "semantic"
                    && run.Name == run.Value.GetProperty("init_stored_as").GetString()
                )
                .Select(run => run.Name),
        ];
        Assert.NotEmpty(semantic);
        foreach (string run in semantic)
            TensorAssert.Close(s_tensors[$"{run}.init.classifier.weight"], directions, 1e-4, 1e-5, run);
    }
}
