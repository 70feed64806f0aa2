using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
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

    public static TheoryData<string> Runs => [.. s_json.GetProperty("runs").EnumerateObject().Select(run => run.Name)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void TrainingFollowsTheReference(string run)
    {
        JsonElement golden = s_json.GetProperty("runs").GetProperty(run);
        JsonElement config = golden.GetProperty("config");
        using DisposeScope scope = NewDisposeScope();
        using var model = new TrajectoryModel(run, s_json, s_tensors);
        ClassDistribution classes = Classes();
        Assert.Equal("LA", config.GetProperty("loss").GetString());
        using LongTailLoss loss = new LogitAdjustedLossOptions().CreateLoss(new LossContext(classes, model.Head.LogitScale, CPU));
        var sgd = new SgdOptions
        {
            Momentum = config.GetProperty("momentum").GetDouble(),
            WeightDecay = config.GetProperty("weight_decay").GetDouble(),
        };
        using Optimizer optimizer = sgd.CreateOptimizer(
            model.Trained.Select(entry => new OptimizedParameter(entry.Theirs, entry.Parameter))
        );

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
                Tensor value = loss.forward(model.Logits(Images(index)), s_tensors["pool_labels"].ToTensor().index_select(0, index));
                TensorMath.Scale(value, 1.0 / accumulate).backward();
                double got = value.item<float>();
                worst = Math.Max(worst, Math.Abs(got - wanted[step]) / wanted[step]);
                Assert.True(
                    Math.Abs(got - wanted[step]) <= 1e-4 * wanted[step] + 1e-6,
                    $"Loss of micro-batch {step} is {got:R}, wanted {wanted[step]:R}."
                );
                if ((batch + 1) % accumulate == 0 || batch + 1 == batches.GetArrayLength())
                {
                    optimizer.Step(rate);
                    optimizer.ZeroGrad();
                }
            }
        }

        Assert.Equal(wanted.Length, step);
        output.WriteLine($"{run}: largest relative difference of a loss {worst:E1}");
        foreach ((string theirs, Parameter parameter) in model.Trained)
        {
            GoldenTensor final = s_tensors[$"{run}.final.{theirs}"];
            double peak = final.Floats().Max(Math.Abs);
            TensorAssert.Close(final, parameter, 0, 1e-3 * peak + 1e-5, theirs);
        }

        using IDisposable noGrad = no_grad();
        Tensor logits = model.Logits(Images(s_tensors["eval_images_index"].ToTensor()));
        TensorAssert.Close(s_tensors[$"{run}.final_logits"], logits, 1e-3, 5e-3, "final logits");
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

    private static ClassDistribution Classes()
    {
        int[] counts = [.. s_json.GetProperty("class_counts").EnumerateArray().Select(count => count.GetInt32())];
        return new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts);
    }

    private static Tensor Images(Tensor index) =>
        GoldenPixels.Normalize(
            s_tensors["pool_images"].ToTensor().index_select(0, index),
            GoldenPixels.Floats(s_json.GetProperty("mean")),
            GoldenPixels.Floats(s_json.GetProperty("std"))
        );
}

/// <summary>Represents the golden backbone with the modules and head of a run, at its initial values.</summary>
internal sealed class TrajectoryModel : IDisposable
{
    private readonly Backbone _backbone = Backbone.Load(GoldenFolder.PathOf("backbones", "clip_vit.openai.safetensors"));

    public TrajectoryModel(string run, JsonElement json, GoldenFile tensors)
    {
        JsonElement golden = json.GetProperty("runs").GetProperty(run);
        JsonElement config = golden.GetProperty("config");
        int classes = json.GetProperty("class_counts").GetArrayLength();
        using var random = new Generator(0);
        var context = new PeftContext(_backbone, classes, random);
        foreach (PeftOptions method in Methods(config.GetProperty("overrides")))
            method.Apply(context);
        ClassifierOptions head = config.GetProperty("classifier").GetString() switch
        {
            "CosineClassifier" => new CosineClassifierOptions { Scale = config.GetProperty("scale").GetDouble() },
            "LinearClassifier" => new LinearClassifierOptions(),
            string other => throw new InvalidDataException($"The run '{run}' has the head {other}, which is in no table here."),
            null => throw new InvalidDataException($"The run '{run}' has no head."),
        };
        Head = head.CreateClassifier(new ClassifierContext(_backbone.Image.FeatureDimension, classes, random));

        Dictionary<string, Parameter> ours = _backbone
            .named_parameters()
            .Where(entry => entry.parameter.requires_grad)
            .Concat(Head.named_parameters().Select(entry => (name: "classifier." + entry.name, entry.parameter)))
            .ToDictionary(entry => entry.name, entry => entry.parameter);
        Trained = [.. new ReferenceNames(_backbone).Order(ours.Keys).Select(pair => (pair.Theirs, ours[pair.Ours]))];
        Assert.Equal(ours.Count, Trained.Count);
        string start = golden.GetProperty("init_stored_as").GetString() + ".init.";
        Assert.Equal(
            tensors.Names.Where(name => name.StartsWith(start, StringComparison.Ordinal)).Select(name => name[start.Length..]).Order(),
            Trained.Select(entry => entry.Theirs).Order()
        );

        using IDisposable noGrad = no_grad();
        foreach ((string theirs, Parameter parameter) in Trained)
        {
            using Tensor value = tensors[start + theirs].ToTensor();
            Assert.Equal(value.shape, parameter.shape);
            parameter.copy_(value);
        }
    }

    public Classifier Head { get; }

    public IReadOnlyList<(string Theirs, Parameter Parameter)> Trained { get; }

    public Tensor Logits(Tensor images) => Head.forward(_backbone.EncodeImage(images));

    public void Dispose()
    {
        Head.Dispose();
        _backbone.Dispose();
    }

    private static IEnumerable<PeftOptions> Methods(JsonElement overrides)
    {
        var rest = overrides.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);
        bool Take(string key) => rest.Remove(key, out JsonElement value) && value.GetBoolean();
        int? Size(string key) => rest.Remove(key, out JsonElement value) ? value.GetInt32() : null;
        var methods = new List<PeftOptions>();
        if (Take("v.bitfit"))
            methods.Add(new BitFitOptions { Layers = PeftCase.Layers(rest, "v.bitfit_layers") });
        if (Take("v.lora"))
            methods.Add(new LoraOptions { Rank = Size("v.lora_dim"), Layers = PeftCase.Layers(rest, "v.lora_layers") });
        if (Take("v.adaptformer"))
            methods.Add(
                new AdaptFormerOptions { Dimension = Size("v.adaptformer_dim"), Layers = PeftCase.Layers(rest, "v.adaptformer_layers") }
            );
        string[] unknown = [.. rest.Keys.Except(["classifier", "classifier_init", "lr"])];
        Assert.True(unknown.Length == 0, $"The run's overrides {string.Join(", ", unknown)} are in no table here.");
        return methods;
    }
}
