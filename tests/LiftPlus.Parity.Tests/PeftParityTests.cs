using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Compares every fine-tuning method with the authors' implementation: names, order and shapes of the trained tensors, and, with the stored
/// values, features, logits, loss and gradients.
/// </summary>
public sealed class PeftParityTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases => [.. PeftCase.All];

    [Fact]
    public void EveryCaseOfTheFolderHasATest()
    {
        foreach (string name in PeftCase.All)
            _ = new PeftCase(name); // fails on options that no test translates
        output.WriteLine($"golden/peft: {PeftCase.All.Count} cases.");
        Assert.NotEmpty(PeftCase.All);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MatchesTheReference(string name)
    {
        var test = new PeftCase(name);
        Func<string, GoldenTensor> inputs = test.Inputs;
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = Backbone.Load(test.Weights);
        long[] counts = inputs("class_counts").Integers();
        using var random = new Generator(0);
        var context = new PeftContext(backbone, counts.Length, random);
        foreach (PeftOptions method in test.Methods)
            method.Apply(context);

        IReadOnlyList<(string Theirs, Parameter Parameter)> trained = Trained(test, backbone);
        SameTensors(test, trained);
        SameChoices(test, backbone);
        SameStart(test, trained);
        Overwrite(test, trained);

        backbone.eval();
        Tensor images = inputs("images").ToTensor();
        Tensor features = backbone.EncodeImage(images);
        PeftGolden.Near(test.Tensors["features"], features, "features");
        if (test.Tensors.Contains("logits_eval"))
            PeftGolden.Near(test.Tensors["logits_eval"], Head(test, features, trained), "logits_eval");

        backbone.train();
        features = backbone.EncodeImage(images);
        Tensor logits = test.Classifier is null ? ClipLogits(test, backbone, features, inputs) : Head(test, features, trained);
        PeftGolden.Near(test.Tensors["logits"], logits, "logits");
        Tensor loss = LogitAdjusted(logits, inputs("labels").ToTensor(), counts);
        PeftGolden.Near(test.Tensors["loss"], loss, "loss");
        loss.backward();
        SameGradients(test, trained);
        SameStatistics(test, backbone);
    }

    private static IReadOnlyList<(string Theirs, Parameter Parameter)> Trained(PeftCase test, Backbone backbone)
    {
        Dictionary<string, Parameter> ours = backbone
            .named_parameters()
            .Where(entry => entry.parameter.requires_grad)
            .ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach ((string name, long[] shape) in test.Trainable.Where(entry => entry.Name.StartsWith("classifier.")))
            ours.Add(name, new Parameter(zeros(shape)));
        IReadOnlyList<(string Ours, string Theirs)> order = new ReferenceNames(backbone).Order(ours.Keys);
        Assert.Empty(ours.Keys.Except(order.Select(pair => pair.Ours)));
        return [.. order.Select(pair => (pair.Theirs, ours[pair.Ours]))];
    }

    private static void SameTensors(PeftCase test, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        string Line(string name, long[] shape) => $"{name} ({string.Join(", ", shape)})";
        Assert.Equal(
            test.Trainable.Select(entry => Line(entry.Name, entry.Shape)),
            trained.Select(entry => Line(entry.Theirs, entry.Parameter.shape))
        );
        Assert.Equal(test.Json.GetProperty("trainable_count").GetInt64(), trained.Sum(entry => entry.Parameter.numel()));
    }

    // The entries that arbitrary fine-tuning trains.
    private static void SameChoices(PeftCase test, Backbone backbone)
    {
        var names = new ReferenceNames(backbone);
        Dictionary<string, Tensor> ours = backbone
            .named_buffers()
            .Where(entry => entry.name.EndsWith(".index", StringComparison.Ordinal))
            .ToDictionary(
                entry => names.Find(entry.name[..^".index".Length] + ".values")![..^".optimized_params".Length],
                entry => entry.buffer
            );
        string[] golden = [.. test.Tensors.Names.Where(name => name.StartsWith("mask_index.", StringComparison.Ordinal))];
        Assert.Equal(golden.Length, ours.Count);
        foreach (string name in golden)
            Assert.Equal(test.Tensors[name].Integers(), ours[name["mask_index.".Length..]].data<long>().ToArray());
    }

    // Copies the initial values of the case.
    private static void SameStart(PeftCase test, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        foreach ((string theirs, Parameter parameter) in trained.Where(entry => test.Tensors.Contains("init." + entry.Theirs)))
            PeftGolden.Near(test.Tensors["init." + theirs], parameter, "init." + theirs);
    }

    private static void Overwrite(PeftCase test, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string theirs, Parameter parameter) in trained.Where(entry => test.Tensors.Contains("param." + entry.Theirs)))
            parameter.copy_(test.Tensors["param." + theirs].ToTensor());
    }

    private static Tensor ClipLogits(PeftCase test, Backbone backbone, Tensor features, Func<string, GoldenTensor> inputs)
    {
        GoldenTensor tokens = test.Tensors.Contains("class_tokens") ? test.Tensors["class_tokens"] : inputs("class_tokens");
        Tensor text = backbone.EncodeText(tokens.ToTensor());
        PeftGolden.Near(test.Tensors["text_features"], text, "text_features");
        return backbone.Logits(backbone.ProjectImage(features), backbone.ProjectText(text));
    }

    // The heads and the loss are written again here, so that errors of the library there cannot hide an error in a method.
    private static Tensor Head(PeftCase test, Tensor features, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        Tensor weight = trained.Single(entry => entry.Theirs == "classifier.weight").Parameter;
        return test.Classifier switch
        {
            "CosineClassifier" => TensorMath.Scale(
                nn.functional.linear(TensorMath.Normalize(features), TensorMath.Normalize(weight)),
                test.Json.GetProperty("classifier_scale").GetDouble()
            ),
            "LinearClassifier" => nn.functional.linear(
                features,
                weight,
                trained.Single(entry => entry.Theirs == "classifier.bias").Parameter
            ),
            string other => throw new NotSupportedException($"{test.Name}: the head {other} has no test."),
            null => throw new InvalidOperationException("No head."),
        };
    }

    private static Tensor LogitAdjusted(Tensor logits, Tensor labels, long[] counts) =>
        nn.functional.cross_entropy(
            TensorMath.Add(logits, tensor([.. counts.Select(count => (float)Math.Log((double)count / counts.Sum()))])),
            labels
        );

    private static void SameGradients(PeftCase test, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        string[] without = test.Json.TryGetProperty("no_gradient", out JsonElement names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : [];
        foreach ((string theirs, Parameter parameter) in trained)
        {
            if (without.Contains(theirs))
            {
                Assert.True(parameter.grad is null, $"{theirs} has a gradient.");
                continue;
            }

            Assert.True(parameter.grad is not null, $"{theirs} has no gradient.");
            if (test.Tensors.Contains("grad." + theirs))
                PeftGolden.Near(test.Tensors["grad." + theirs], parameter.grad, "grad." + theirs);
            else
                SameSample(test, theirs, parameter.grad);
        }
    }

    // Running statistics after the one training forward.
    private static void SameStatistics(PeftCase test, Backbone backbone)
    {
        var names = new ReferenceNames(backbone);
        Dictionary<string, Tensor> ours = backbone
            .named_buffers()
            .Select(entry => (Theirs: names.Find(entry.name), entry.buffer))
            .Where(entry => entry.Theirs is not null)
            .ToDictionary(entry => entry.Theirs!, entry => entry.buffer);
        const string Prefix = "buffer_after.";
        foreach (string name in test.Tensors.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (test.Tensors[name].DType == "I64")
                Assert.Equal(test.Tensors[name].Integers(), ours[name[Prefix.Length..]].data<long>().ToArray());
            else
                PeftGolden.Near(test.Tensors[name], ours[name[Prefix.Length..]], name);
        }
    }

    private static void SameSample(PeftCase test, string theirs, Tensor gradient)
    {
        JsonElement facts = test.Json.GetProperty("gradsample").GetProperty(theirs);
        using Tensor flat = gradient.flatten();
        using Tensor sample = flat.slice(0, 0, flat.numel(), facts.GetProperty("step").GetInt64());
        PeftGolden.Near(test.Tensors["gradsample." + theirs], sample, "gradsample." + theirs);
        double l2 = flat.to_type(float64).norm().item<double>();
        double expected = facts.GetProperty("l2").GetDouble();
        Assert.True(Math.Abs(l2 - expected) <= 1e-4 * expected, $"l2 of grad.{theirs}: {l2:R}, expected {expected:R}.");
    }
}
