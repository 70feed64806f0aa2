using System.Text.Json;
using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares initial class weights with golden/classifiers/init_*.</summary>
public sealed class InitializersParityTests
{
    private static readonly GoldenFile s_golden = GoldenFolder.Tensors("classifiers", "init_from_features.safetensors");
    private static readonly int s_classes = GoldenFolder.Json("classifiers", "init_from_features.json").GetProperty("classes").GetInt32();

    [Fact]
    public void ClassMeanIsTheReferences()
    {
        using DisposeScope scope = NewDisposeScope();
        TensorAssert.Close(
            s_golden["class_mean.weight"],
            ClassMeanInitializer.Directions(Features, Labels, s_classes, new Generator(0)),
            1e-5,
            1e-6,
            "weight"
        );
    }

    [Fact]
    public void LinearProbeIsTheOptimum()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = LinearProbeInitializer.Directions(Features, Labels, s_classes, new Generator(0));
        TensorAssert.Close(s_golden["optimum.weight"], weight, 0, 1e-4, "weight against the optimum");
        TensorAssert.Close(s_golden["linear_probing.weight"], weight, 0, 1e-3, "weight against the reference's solver");
    }

    [Fact]
    public void AnAbsentClassKeepsItsRow()
    {
        // The reference drops the row of class 2 and shifts the labels after it.
        using DisposeScope scope = NewDisposeScope();
        const int absent = 2;
        Tensor kept = Labels.ne(TensorMath.HoldInteger(absent)).nonzero().squeeze(1);
        (Tensor x, Tensor y) = (Features.index_select(0, kept), Labels.index_select(0, kept));
        Tensor others = tensor([.. Enumerable.Range(0, s_classes).Where(c => c != absent).Select(c => (long)c)]);
        Tensor mean = ClassMeanInitializer.Directions(x, y, s_classes, new Generator(0));
        Tensor probe = LinearProbeInitializer.Directions(x, y, s_classes, new Generator(0));
        TensorAssert.Close(s_golden["class_mean.missing_class.weight"], mean.index_select(0, others), 1e-5, 1e-6, "class mean");
        TensorAssert.Close(s_golden["linear_probing.missing_class.weight"], probe.index_select(0, others), 0, 1e-3, "linear probe");
        foreach (Tensor weight in new[] { mean, probe })
            Assert.Equal(1, weight[absent].norm().item<float>(), 1e-5);
    }

    [Fact]
    public void TwoClassesGiveTwoRows()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = Labels.lt(TensorMath.HoldInteger(2)).nonzero().squeeze(1);
        (Tensor x, Tensor y) = (Features.index_select(0, kept), Labels.index_select(0, kept));
        TensorAssert.Close(
            s_golden["class_mean.two_classes.weight"],
            ClassMeanInitializer.Directions(x, y, 2, new Generator(0)),
            1e-5,
            1e-6,
            "class mean"
        );

        // scikit-learn returns one row, which separates class 1 from class 0.
        Tensor probe = LinearProbeInitializer.Directions(x, y, 2, new Generator(0));
        Tensor row = s_golden["linear_probing.two_classes.weight"].ToTensor();
        TensorAssert.Close(row, probe.narrow(0, 1, 1), 0, 1e-3, "row of class 1");
        TensorAssert.Close(row.neg(), probe.narrow(0, 0, 1), 0, 1e-3, "row of class 0");
    }

    [Theory]
    [MemberData(nameof(SemanticCases))]
    public void SemanticDirectionsAreTheReferences(string backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        GoldenFile golden = GoldenFolder.Tensors("classifiers", "init_semantic.safetensors");
        GoldenFile weights = GoldenFolder.Tensors("backbones", $"clip_{backbone}.openai.safetensors");
        Tensor? imageProjection = s_semantic.GetProperty(backbone).GetProperty("has_image_projection").GetBoolean()
            ? weights["visual.proj"].ToTensor()
            : null;
        Tensor directions = SemanticInitializer.Directions(
            golden[$"{backbone}.text_features"].ToTensor(),
            weights["text_projection"].ToTensor(),
            imageProjection
        );
        TensorAssert.Close(golden[$"{backbone}.weight"], directions, 1e-4, 1e-5, "weight");
    }

    private static readonly JsonElement s_semantic = GoldenFolder.Json("classifiers", "init_semantic.json");

    public static TheoryData<string> SemanticCases => [.. s_semantic.EnumerateObject().Select(entry => entry.Name)];

    private static Tensor Features => s_golden["features"].ToTensor();

    private static Tensor Labels => s_golden["labels"].ToTensor();
}
