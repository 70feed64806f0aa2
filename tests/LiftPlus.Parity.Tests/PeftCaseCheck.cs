using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Optimization;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// One case of golden/peft, computed somewhere: the same trained tensors by name, order and shape; with the stored values in them, the same
/// features, logits, loss and gradients. A float16 place runs backward from a scaled loss, as training does.
/// </summary>
internal sealed class PeftCaseCheck(PeftCase test, GoldenPlace place)
{
    public void Run()
    {
        Func<string, GoldenTensor> inputs = test.Inputs;
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = Backbone.Load(test.Weights);
        backbone.to(place.Device); // in the library's order
        if (place.Storage != float32)
            backbone.StoreImageWeightsAs(place.Storage);
        backbone.Freeze();
        long[] counts = inputs("class_counts").Integers();
        using var random = new Generator(0);
        var context = new PeftContext(backbone, counts.Length, random);
        foreach (PeftOptions method in test.Methods)
            method.Apply(context);

        IReadOnlyList<(string Theirs, Parameter Parameter)> trained = Trained(backbone);
        SameTensors(trained);
        SameChoices(backbone);
        SameStart(trained);
        Overwrite(trained);

        backbone.eval();
        Tensor images = OnDevice(inputs("images"));
        Tensor features = backbone.EncodeImage(images);
        place.Near(test.Tensors["features"], features, "features");
        if (test.Tensors.Contains("logits_eval"))
            place.Near(test.Tensors["logits_eval"], Head(features, trained), "logits_eval");

        backbone.train();
        features = backbone.EncodeImage(images);
        Tensor logits = test.Classifier is null ? ClipLogits(backbone, features, inputs) : Head(features, trained);
        place.Near(test.Tensors["logits"], logits, "logits");
        Tensor loss = LogitAdjusted(logits, OnDevice(inputs("labels")), counts);
        place.Near(test.Tensors["loss"], loss, "loss");
        Backward(loss, trained);
        SameGradients(trained);
        SameStatistics(backbone);
    }

    private void Backward(Tensor loss, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        if (place.Storage != float16)
        {
            loss.backward();
            return;
        }

        var scale = new LossScale { Factor = 1024 };
        scale.Apply(loss).backward();
        Assert.True(scale.Unscale(trained.Select(entry => entry.Parameter)), "A gradient is not finite at a loss scale of 1,024.");
    }

    private Tensor OnDevice(GoldenTensor golden) => golden.ToTensor().to(place.Device);

    private IReadOnlyList<(string Theirs, Parameter Parameter)> Trained(Backbone backbone)
    {
        Dictionary<string, Parameter> ours = backbone
            .named_parameters()
            .Where(entry => entry.parameter.requires_grad)
            .ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach ((string name, long[] shape) in test.Trainable.Where(entry => entry.Name.StartsWith("classifier.")))
            ours.Add(name, new Parameter(zeros(shape, device: place.Device)));
        IReadOnlyList<(string Ours, string Theirs)> order = new ReferenceNames(backbone).Order(ours.Keys);
        Assert.Empty(ours.Keys.Except(order.Select(pair => pair.Ours)));
        return [.. order.Select(pair => (pair.Theirs, ours[pair.Ours]))];
    }

    private void SameTensors(IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        string Line(string name, long[] shape) => $"{name} ({string.Join(", ", shape)})";
        Assert.Equal(
            test.Trainable.Select(entry => Line(entry.Name, entry.Shape)),
            trained.Select(entry => Line(entry.Theirs, entry.Parameter.shape))
        );
        Assert.Equal(test.Json.GetProperty("trainable_count").GetInt64(), trained.Sum(entry => entry.Parameter.numel()));
    }

    // The entries that arbitrary fine-tuning trains.
    private void SameChoices(Backbone backbone)
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
            Assert.Equal(test.Tensors[name].Integers(), ours[name["mask_index.".Length..]].cpu().data<long>().ToArray());
    }

    // Initial values that the case holds.
    private void SameStart(IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        foreach ((string theirs, Parameter parameter) in trained.Where(entry => test.Tensors.Contains("init." + entry.Theirs)))
            place.Near(test.Tensors["init." + theirs], parameter, "init." + theirs);
    }

    private void Overwrite(IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string theirs, Parameter parameter) in trained.Where(entry => test.Tensors.Contains("param." + entry.Theirs)))
            parameter.copy_(test.Tensors["param." + theirs].ToTensor());
    }

    private Tensor ClipLogits(Backbone backbone, Tensor features, Func<string, GoldenTensor> inputs)
    {
        GoldenTensor tokens = test.Tensors.Contains("class_tokens") ? test.Tensors["class_tokens"] : inputs("class_tokens");
        Tensor text = backbone.EncodeText(OnDevice(tokens));
        place.Near(test.Tensors["text_features"], text, "text_features");
        return backbone.Logits(backbone.ProjectImage(features), backbone.ProjectText(text));
    }

    // The heads and the loss written out again here, so that an error in the library's own cannot hide one in a method.
    private Tensor Head(Tensor features, IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
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

    private Tensor LogitAdjusted(Tensor logits, Tensor labels, long[] counts) =>
        nn.functional.cross_entropy(
            TensorMath.Add(
                logits,
                tensor([.. counts.Select(count => (float)Math.Log((double)count / counts.Sum()))], device: place.Device)
            ),
            labels
        );

    private void SameGradients(IReadOnlyList<(string Theirs, Parameter Parameter)> trained)
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
                place.NearGradient(test.Tensors["grad." + theirs], parameter.grad, "grad." + theirs);
            else
                SameSample(theirs, parameter.grad);
        }

        place.EndGradients();
    }

    // Running statistics after the one training forward.
    private void SameStatistics(Backbone backbone)
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
                Assert.Equal(test.Tensors[name].Integers(), ours[name[Prefix.Length..]].cpu().data<long>().ToArray());
            else
                place.Near(test.Tensors[name], ours[name[Prefix.Length..]], name);
        }
    }

    private void SameSample(string theirs, Tensor gradient)
    {
        JsonElement facts = test.Json.GetProperty("gradsample").GetProperty(theirs);
        using Tensor flat = gradient.flatten();
        using Tensor sample = flat.slice(0, 0, flat.numel(), facts.GetProperty("step").GetInt64());
        place.NearGradient(test.Tensors["gradsample." + theirs], sample, "gradsample." + theirs);
        if (place.RelativeNorm is not null)
            return;
        double l2 = flat.to_type(float64).norm().item<double>();
        double expected = facts.GetProperty("l2").GetDouble();
        Assert.True(Math.Abs(l2 - expected) <= 1e-4 * expected, $"l2 of grad.{theirs}: {l2:R}, expected {expected:R}.");
    }
}
