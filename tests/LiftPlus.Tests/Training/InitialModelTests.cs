using System.Security.Cryptography;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

/// <summary>Runs that start from a fine-tuned model.</summary>
public sealed class InitialModelTests : IDisposable
{
    private const double Still = 0; // no value is changed
    private static readonly string s_tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ClassesAreMatchedByName_NewOnesStartAsEver_AndOthersAreDropped()
    {
        using FineTunedModel initial = Clip().Build().Fit(Data("red fox", "owl", "cat"));
        initial.Save(_folder["initial"]);
        string[] names = ["cat", "okapi", "red_fox"];
        using FineTunedModel model = Continue()
            .UseInitialModel(_folder["initial"])
            .AddParameterGroup("*", learningRateFactor: Still)
            .Build()
            .Fit(Data(names));
        using FineTunedModel fresh = Clip().AddParameterGroup("*", learningRateFactor: Still).Build().Fit(Data(names));
        Assert.Equal(names, model.ClassNames);
        float[][] before = Rows(initial),
            found = Rows(model);
        Assert.Equal(before[2], found[0]);
        Assert.Equal(Rows(fresh)[1], found[1]); // the text of the class
        Assert.Equal(before[0], found[2]);
        Assert.Equal(Methods(initial), Methods(model));
        Assert.NotEqual(Methods(fresh), Methods(model));
        Assert.Contains(
            "Information: Starting from a fine-tuned model: 2 classes keep their rows, 1 are new (okapi), 1 are dropped (owl)",
            _log
        );
        model.Save(_folder["next"]);
        using FineTunedModel loaded = FineTunedModel.Load(_folder["next"], s_cpu);
        Assert.Equal(found, Rows(loaded));
        Assert.Equal(initial.BackboneSha256, loaded.BackboneSha256);
    }

    [Fact]
    public void AFolderAndTheModelItselfAreTheSameStart_AndTheModelDoesNotChange()
    {
        ImageDataset data = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel initial = TestWorld.Builder().Build().Fit(data);
        initial.Save(_folder["initial"]);
        float[] before = All(initial);
        using FineTunedModel ofModel = Continue().UseInitialModel(initial).UseBackbone(TestWorld.CreateBackbone).Build().Fit(data);
        using FineTunedModel ofFolder = Continue()
            .UseInitialModel(_folder["initial"])
            .UseBackbone(TestWorld.CreateBackbone)
            .Build()
            .Fit(data);
        Assert.Equal(All(ofModel), All(ofFolder));
        Assert.NotEqual(before, All(ofModel));
        Assert.Equal(before, All(initial));
        Assert.Equal(RecipeJson.Write(initial.Recipe), RecipeJson.Write(ofModel.Recipe)); // nothing was chosen
    }

    [Fact]
    public void ADisposedModelIsNoStart()
    {
        FineTunedModel initial = TestWorld.Builder().Build().Fit(TestWorld.Dataset(2, 2, 2));
        LongTailFineTuner tuner = Continue().UseInitialModel(initial).UseBackbone(TestWorld.CreateBackbone).Build();
        initial.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tuner.Fit(TestWorld.Dataset(2, 2, 2)));
        Assert.Throws<ObjectDisposedException>(() => Continue().UseInitialModel(initial));
    }

    // The sizes of these methods follow from the number of classes, or the trained entries were drawn once.
    [Theory]
    [InlineData("adaptformer")]
    [InlineData("lora")]
    [InlineData("prompts")]
    [InlineData("masked")]
    public void MethodsKeepTheirSizes_WithMoreClasses_AndAreSavedAndResumedSo(string method)
    {
        string backbone = WriteBackbone(1);
        string[] many = [.. Enumerable.Range(0, 17).Select(i => $"class {i}")];
        LongTailFineTunerBuilder builder = TestWorld.Builder().UseBackbone(backbone);
        builder = method switch
        {
            "lora" => builder.AddLora(),
            "prompts" => builder.AddDeepPrompts(),
            "masked" => builder.AddArbitraryFineTuning(),
            _ => builder,
        };
        using FineTunedModel initial = builder.Build().Fit(Data("class 3", "class 1", "other"));
        initial.Save(_folder["initial"]);
        LongTailFineTuner tuner = Continue()
            .UseInitialModel(_folder["initial"])
            .AddParameterGroup("*", learningRateFactor: Still)
            .UseCheckpoints(_folder["run"])
            .Build();
        using FineTunedModel model = tuner.Fit(Data(many));
        Assert.Equal(Methods(initial), Methods(model));
        Assert.Equal(Rows(initial)[0], Rows(model)[3]);
        model.Save(_folder["next"]);
        using FineTunedModel loaded = FineTunedModel.Load(_folder["next"], s_cpu),
            ofRun = FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu),
            resumed = tuner.Resume(Data(many)),
            again = Continue()
                .UseInitialModel(_folder["next"])
                .AddParameterGroup("*", learningRateFactor: Still)
                .Build()
                .Fit(Data("class 5"));
        Assert.All([loaded, ofRun, resumed], other => Assert.Equal(All(model), All(other)));
        Assert.Equal(Methods(initial), Methods(again));
        Assert.Equal(Rows(model)[5], Rows(again)[0]);
    }

    [Fact]
    public void WhatDoesNotFitIsReportedAtOnce_BeforeTheRun()
    {
        using FineTunedModel initial = TestWorld.Builder().Build().Fit(TestWorld.Dataset(2, 2, 2));
        LongTailFineTunerBuilder builder = Continue()
            .UseInitialModel(initial)
            .UseBackbone(TestWorld.CreateBackbone)
            .AddLora()
            .UseCosineClassifier(scale: 30)
            .UseEpochs(0);
        IReadOnlyList<string> errors = Assert.Throws<RecipeException>(builder.Build).Errors;
        Assert.Contains("Peft[0].Type: \"adaptformer\" in the initial model, \"lora\" now", errors);
        Assert.Contains("Classifier.Scale: 25 in the initial model, 30 now", errors);
        Assert.Contains(errors, error => error.StartsWith("Training.Epochs: the value is 0."));
        var noBackbone = Assert.Throws<RecipeException>(Continue().UseInitialModel(initial).Build);
        Assert.StartsWith("Backbone: the value is missing.", Assert.Single(noBackbone.Errors));
    }

    [Fact]
    public void AnotherBackboneIsRefused()
    {
        using FineTunedModel initial = TestWorld.Builder().UseBackbone(WriteBackbone(1)).Build().Fit(TestWorld.Dataset(2, 2, 2));
        initial.Save(_folder["initial"]);
        LongTailFineTuner tuner = Continue().UseInitialModel(_folder["initial"]).UseBackbone(WriteBackbone(2)).Build();
        string message = Assert.Throws<LiftPlusException>(() => tuner.Fit(TestWorld.Dataset(2, 2, 2))).Message;
        Assert.Contains("cannot start from", message);
        Assert.Contains("in the initial model", message);
        Assert.Contains("SHA-256", message);
    }

    [Fact]
    public void TheModelFolderMayContainTheBackbone_AndMayBeMissing()
    {
        string backbone = WriteBackbone(1);
        using (FineTunedModel initial = TestWorld.Builder().UseBackbone(backbone).Build().Fit(TestWorld.Dataset(2, 2, 2)))
            initial.Save(_folder["initial"], new ModelSaveOptions { IncludeBackbone = true });
        File.Delete(backbone);
        using FineTunedModel model = Continue().UseInitialModel(_folder["initial"]).Build().Fit(TestWorld.Dataset(2, 2, 2));
        model.Save(_folder["next"]);
        FineTunedModel.Load(_folder["next"], s_cpu).Dispose();
        Assert.Contains("recipe.json", Assert.Throws<LiftPlusException>(() => Continue().UseInitialModel(_folder["nowhere"])).Message);
    }

    [Fact]
    public void TheBackboneIsFoundAfterModelAndBackboneMoved_AndItsPathIsNamedIfItIsGone()
    {
        Directory.CreateDirectory(_folder["project"]);
        File.Move(WriteBackbone(1), _folder["project/backbone.safetensors"]);
        string backbone = _folder["project/backbone.safetensors"];
        using (FineTunedModel initial = TestWorld.Builder().UseBackbone(backbone).Build().Fit(TestWorld.Dataset(2, 2, 2)))
            initial.Save(_folder["project/model"]);
        Directory.Move(_folder["project"], _folder["moved"]);
        LongTailFineTuner tuner = Continue().UseInitialModel(_folder["moved/model"]).Build();
        Assert.Equal(_folder["moved/backbone.safetensors"], tuner.Recipe.Backbone);
        tuner.Fit(TestWorld.Dataset(2, 2, 2)).Dispose();
        File.Delete(_folder["moved/backbone.safetensors"]);
        LongTailFineTuner gone = Continue().UseInitialModel(_folder["moved/model"]).Build();
        Assert.Contains(backbone, Assert.Throws<LiftPlusException>(() => gone.Fit(TestWorld.Dataset(2, 2, 2))).Message);
    }

    [Fact]
    public async Task ASweepStartsFromTheModelToo_AndKnowsItsRunsByIt()
    {
        ImageDataset data = TestWorld.Dataset(8, 8, 8);
        SweepOptions options = new() { Repeats = 2, Folder = _folder["sweep"] };
        HashSet<int> counts = [];
        foreach (int seed in new[] { 0, 1, 1 })
        {
            using FineTunedModel initial = TestWorld.Builder().UseSeed(seed).Build().Fit(data);
            LongTailFineTuner tuner = Continue().UseInitialModel(initial).UseBackbone(TestWorld.CreateBackbone).UseSeed(0).Build();
            await tuner.SweepAsync(data, [], options, cancellationToken: TestContext.Current.CancellationToken);
            counts.Add(Directory.GetFiles(_folder["sweep"], "*.json", SearchOption.AllDirectories).Length);
        }

        Assert.Equal([2, 4], counts.Order());
        Assert.Contains(_log, line => line.Contains("Starting from a fine-tuned model: 3 classes keep their rows"));
    }

    [Fact]
    public void ARunIsResumedFromTheSameInitialModelOnly()
    {
        ImageDataset data = TestWorld.Dataset(24, 12, 6);
        Start("one", seed: 0);
        Start("two", seed: 1);
        using FineTunedModel expected = Tuner("one").Build().Fit(data);
        using var cancellation = new CancellationTokenSource();
        LongTailFineTuner tuner = Tuner("one").UseCheckpoints(_folder["run"]).Build();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(data, progress: new Follower(cancellation), cancellationToken: cancellation.Token)
        );
        string message = Assert.Throws<LiftPlusException>(() => Tuner("two").UseCheckpoints(_folder["run"]).Build().Resume(data)).Message;
        Assert.Contains("Initial model: ", message);
        LongTailFineTuner without = TestWorld.Builder().UseCheckpoints(_folder["run"]).Build();
        Assert.Contains("Initial model: ", Assert.Throws<LiftPlusException>(() => without.Resume(data)).Message);
        using FineTunedModel resumed = tuner.Resume(data);
        Assert.Equal(All(expected), All(resumed));

        void Start(string name, int seed)
        {
            using FineTunedModel model = TestWorld.Builder().UseSeed(seed).Build().Fit(data);
            model.Save(_folder[name]);
        }

        LongTailFineTunerBuilder Tuner(string name) =>
            Continue().UseInitialModel(_folder[name]).UseBackbone(TestWorld.CreateBackbone).UseSeed(0);
    }

    [Fact]
    public void DescriptionsOfDroppedClassesGoWithThem()
    {
        Dictionary<string, string> descriptions = new() { ["owl"] = "a bird at night", ["cat"] = "a small cat" };
        using FineTunedModel initial = Clip().UseClassDescriptions(descriptions).Build().Fit(Data("owl", "cat"));
        using FineTunedModel model = Continue().UseInitialModel(initial).Build().Fit(Data("cat", "fox"));
        Assert.Equal(["cat"], model.Recipe.ClassDescriptions.Keys);
    }

    [Fact]
    public void AnOwnBiasAndTextClassifiersContinue()
    {
        using FineTunedModel initial = Clip().UseLinearClassifier().Build().Fit(Data("owl", "cat"));
        using FineTunedModel model = Continue()
            .UseInitialModel(initial)
            .AddParameterGroup("*", learningRateFactor: Still)
            .Build()
            .Fit(Data("fox", "cat"));
        using Tensor biases = initial.Classifier.get_parameter("bias")!.detach().clone(),
            found = model.Classifier.get_parameter("bias")!.detach().clone();
        Assert.Equal([0f, biases.data<float>()[1]], found.data<float>().ToArray());

        using FineTunedModel text = Clip().UseClassifierOnly().AddCoOp().UseTextClassifier().Build().Fit(Data("owl", "cat"));
        using FineTunedModel next = Continue()
            .UseInitialModel(text)
            .AddParameterGroup("*", learningRateFactor: Still)
            .Build()
            .Fit(Data("fox", "cat", "owl"));
        Assert.Equal(Methods(text), Methods(next));
    }

    private LongTailFineTunerBuilder Continue() => LongTailFineTuner.CreateBuilder().UseDevice("cpu").UseLogger(new ListLogger(_log));

    private static LongTailFineTunerBuilder Clip() =>
        LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_tinyClip)
            .UseTraining(training => training with { Epochs = 1, BatchSize = 4, LearningRate = 0.05 })
            .UseDevice("cpu");

    private static ImageDataset Data(params string[] names)
    {
        RgbImage[] images = [.. Enumerable.Range(0, 3).Select(TestWorld.Pixels)];
        return ImageDataset.FromImages(names.SelectMany((_, label) => images.Select(image => (image, label))), names);
    }

    private string WriteBackbone(int seed)
    {
        using var backbone = new Backbone(TestWorld.Config);
        backbone.Initialize(seed);
        TestBackbones.WriteTimm(backbone, _folder[$"backbone{seed}.safetensors"]);
        return _folder[$"backbone{seed}.safetensors"];
    }

    private static float[][] Rows(FineTunedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = model.Classifier.Weight!.detach();
        return [.. Enumerable.Range(0, (int)weight.shape[0]).Select(label => weight[label].data<float>().ToArray())];
    }

    private static string Methods(FineTunedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return string.Join(
            '\n',
            model
                .Backbone.TrainedState()
                .Select(entry => $"{entry.Key} {Convert.ToHexString(SHA256.HashData(entry.Value.detach().cpu().contiguous().bytes))}")
        );
    }

    private static float[] All(FineTunedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return
        [
            .. TrainableParameters
                .Get(model.Backbone, model.Classifier)
                .SelectMany(entry => entry.Parameter.detach().data<float>().ToArray()),
        ];
    }

    private sealed class Follower(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value is { Phase: TrainingPhase.Training, Step: 5 })
                cancellation.Cancel();
        }
    }
}
