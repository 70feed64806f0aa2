using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>Classes that come and go without training.</summary>
public sealed class ClassChangeTests : IDisposable
{
    private static readonly string s_tinyClip = Path.Combine(Repository.Root, "samples", "assets", "tiny-clip");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int, int> HeadsBatchesAndThreads =>
        [
            .. from head in (string[])["cosine", "cosine with bias", "linear", "l2norm", "layernorm"]
            from batch in (int[])[1, 8]
            from threads in (int[])[1, 2]
            select (head, batch, threads),
        ];

    [Theory]
    [MemberData(nameof(HeadsBatchesAndThreads))]
    public void LogitsOfOtherClasses_StayBitIdentical(string head, int batch, int threads)
    {
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            using FineTunedModel model = Train(head, 3);
            using IDisposable noGrad = no_grad();
            using Tensor images = randn(batch, 3, 16, 16);
            Dictionary<string, float[]> first = LogitsByClass(model, images);
            for (int i = 0; i < 70; i++) // through sizes that libtorch divides in different ways
                model.AddClass($"new {i}", [TestWorld.Png(i % 3)]);
            AssertSame(first, LogitsByClass(model, images), model.ClassNames.Take(3));

            Dictionary<string, float[]> full = LogitsByClass(model, images);
            model.RemoveClass("red");
            model.RemoveClass("new 7");
            model.RenameClass("new 69", "last");
            full["last"] = full["new 69"];
            model.MergeClasses("merged", "new 0", "new 3");
            model.SplitClass(
                "new 1",
                [new NewClass { Name = "a", Images = [TestWorld.Png(0)] }, new NewClass { Name = "b", Images = [TestWorld.Png(1)] }]
            );
            Assert.Equal(71, model.ClassNames.Count);
            AssertSame(full, LogitsByClass(model, images), model.ClassNames.Except(["merged", "a", "b"]));
            while (model.ClassNames.Count > 2)
                model.RemoveClass(model.ClassNames[^1]);
            AssertSame(full, LogitsByClass(model, images), ["green", "blue"]);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void AnAddedClass_IsRecognisedByItsImages()
    {
        using FineTunedModel model = TestWorld.Builder().Build().Fit(new ImageDataset(TestWorld.Dataset(8, 8, 0), ["red", "green"]));
        model.AddClass("blue", [.. TestWorld.Dataset(0, 0, 5).Select(image => image.Source)]);
        Assert.Equal(["red", "green", "blue"], model.ClassNames);
        Assert.Equal([8, 8, 5], model.Classes.Counts);
        Assert.Equal(["red", "green", "blue"], Enumerable.Range(0, 3).Select(label => model.Predict(TestWorld.Png(label)).ClassName));
        Assert.Equal(12, model.Evaluate(TestWorld.Dataset(4, 4, 4)).Metrics.Count);
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("cosine with bias")]
    [InlineData("linear")]
    [InlineData("layernorm")]
    public void AChangedModel_SavesAndLoadsTheSame(string head)
    {
        // 3 classes give AdaptFormer a width of 1, and 9 would give it 2: the width of the training stays.
        using FineTunedModel model = Builder(head).AddAdaptFormer().Build().Fit(TestWorld.Dataset(8, 6, 4));
        for (int i = 0; i < 7; i++)
            model.AddClass($"new {i}", [TestWorld.Png(0), TestWorld.Png(i % 3)]);
        model.RemoveClass("green");
        model.RenameClass("blue", "azure");
        model.MergeClasses("new 0", "new 1");
        model.SplitClass(
            "new 2",
            [new NewClass { Name = "left", Images = [TestWorld.Png(1)] }, new NewClass { Name = "new 2", Images = [TestWorld.Png(2)] }]
        );
        Assert.Equal(["red", "azure", "new 0", "left", "new 2", "new 3", "new 4", "new 5", "new 6"], model.ClassNames);
        Assert.Equal([8, 4, 4, 1, 1, 2, 2, 2, 2], model.Classes.Counts);

        using FineTunedModel loaded = Reload(model);
        Assert.Equal(model.ClassNames, loaded.ClassNames);
        Assert.Equal(model.Classes.Counts, loaded.Classes.Counts);
        Assert.Equal(model.TrainedParameterCount, loaded.TrainedParameterCount);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(3, 3, 16, 16);
        AssertSame(LogitsByClass(model, images), LogitsByClass(loaded, images), model.ClassNames);
        loaded.AddClass("again", [TestWorld.Png(0)]);
        using FineTunedModel twice = Reload(loaded);
        AssertSame(LogitsByClass(model, images), LogitsByClass(twice, images), model.ClassNames);
    }

    [Theory]
    [InlineData("cosine with bias")]
    [InlineData("linear")]
    [InlineData("l2norm")]
    [InlineData("layernorm")]
    public void AMergedClass_HasTheProbabilitiesOfItsParts(string head)
    {
        using FineTunedModel model = Train(head, 3);
        PredictionOptions options = new() { Probabilities = true };
        ImmutableArray<float> before = model.Predict(TestWorld.Png(0), options).Probabilities;
        model.MergeClasses("warm", "blue", "red");
        Assert.Equal(["warm", "green"], model.ClassNames);
        Assert.Equal([16, 8], model.Classes.Counts);
        AssertSums(model);
        using FineTunedModel loaded = Reload(model);
        AssertSums(loaded);
        loaded.AddClass("white", [TestWorld.Png(1)]);
        loaded.RemoveClass("white");
        AssertSums(loaded);
        foreach (
            Action export in (Action[])[() => MergedExport.Save(loaded, _folder["merged"]), () => PeftExport.Save(loaded, _folder["peft"])]
        )
            Assert.Contains("'warm' was merged of several classes and has 2 rows", Assert.Throws<LiftPlusException>(export).Message);
        Assert.Equal(["model"], Directory.GetDirectories(_folder[""]).Select(Path.GetFileName));
        loaded.MergeClasses("warm", "green");
        Assert.Equal(["warm"], loaded.ClassNames);
        Assert.Equal(1, loaded.Predict(TestWorld.Png(0)).Probability, 1e-6f);

        void AssertSums(FineTunedModel merged)
        {
            ImmutableArray<float> after = merged.Predict(TestWorld.Png(0), options).Probabilities;
            Assert.Equal(before[0] + before[2], after[0], 1e-5f);
            Assert.Equal(before[1], after[1], 1e-5f);
        }
    }

    [Fact]
    public void ARunFromAMergedClass_StartsWithTheMeanOfItsRows()
    {
        using FineTunedModel model = Train("cosine", 3);
        using Tensor before = model.Classifier.Weight!.detach().clone(),
            mean = before.index_select(0, tensor([0L, 2L])).mean([0]);
        model.MergeClasses("warm", "red", "blue");
        string folder = _folder["initial"];
        model.Save(folder);
        ImageDataset train = new(TestWorld.Dataset(4, 4, 4), ["green", "warm", "new"]); // as many classes as rows
        using FineTunedModel next = LongTailFineTuner
            .CreateBuilder()
            .UseInitialModel(folder)
            .UseBackbone(TestWorld.CreateBackbone)
            .UseTraining(training => training with { Epochs = 1, LearningRate = 1e-12 })
            .UseDevice("cpu")
            .Build()
            .Fit(train);
        using Tensor after = next.Classifier.Weight!.detach();
        TensorAssert.Close(before[1], after[0], 1e-5, 1e-6, "a class of one row");
        TensorAssert.Close(mean, after[1], 1e-5, 1e-6, "a class of two rows");
    }

    [Fact]
    public void AChange_LeavesNothingBehind()
    {
        using FineTunedModel model = Train("cosine with bias", 3);
        model.AddClass("warm-up", [TestWorld.Png(0)]);
        model.RemoveClass("warm-up");
        long before = LiveTensors.Count();
        model.AddClass("white", [TestWorld.Png(0)]);
        Assert.Throws<LiftPlusException>(() => model.AddClass("white", [TestWorld.Png(0)]));
        model.RenameClass("white", "black");
        model.RemoveClass("black");
        long grown = LiveTensors.Count() - before;
        before = LiveTensors.Count();
        for (int i = 0; i < 3; i++)
            new CosineClassifierOptions { Bias = true }
                .CreateClassifier(new ClassifierContext(64, 3, new Generator(1)))
                .Dispose();
        Assert.Equal(LiveTensors.Count() - before, grown); // TorchSharp counts the two tensors of a parameter as one that lives on
        long parameters = model.ParameterCount;
        model.AddClass("white", [TestWorld.Png(0)]);
        Assert.Equal(parameters + 64 + 1, model.ParameterCount);
    }

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "add a blank name", "The name of the class is blank" },
            { "add a taken name", "already has the class 'red one' ('red one' and 'red_one' differ only in '_' and ' ')" },
            { "add without anything", "'white' has no images, and test ViT has no text encoder" },
            { "add words that cannot be read", "'white' has a description, and test ViT has no text encoder" },
            { "add blank words", "The description of 'white' is blank" },
            { "add a missing image", "1 of the 2 images of 'white' cannot be read" },
            { "add a damaged image", "1 of the 2 images of 'white' cannot be read" },
            { "remove an unknown class", "The model has no class 'white'. Its 3 classes are 'red one', 'green', 'blue'" },
            { "rename an unknown class", "The model has no class 'white'" },
            { "rename to a taken name", "already has the class 'green'" },
            { "rename to a blank name", "The name of the class is blank" },
            { "merge one", "'merged' would be made of 1 class" },
            { "merge one into itself", "'red one' would be made of 1 class" },
            { "merge an unknown class", "The model has no class 'white'" },
            { "split into one", "would be split into 1 classes" },
            { "split into equal names", "Two of the new classes have the name 'a_b' ('a b' and 'a_b' differ only in '_' and ' ')" },
            { "split into a taken name", "already has the class 'blue'" },
            { "split an unknown class", "The model has no class 'white'" },
            { "split with a missing image", "1 of the 1 images of 'y' cannot be read" },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void AMistake_LeavesTheModelAsItWas(string mistake, string message)
    {
        ImageDataset train = TestWorld.Dataset(4, 4, 4).Relabel(name => name == "red" ? "red one" : name);
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(train);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 16, 16);
        Dictionary<string, float[]> before = LogitsByClass(model, images);
        NewClass Part(string name, string? image = null) => new() { Name = name, Images = image is null ? [TestWorld.Png(0)] : [image] };
        Action change = mistake switch
        {
            "add a blank name" => () => model.AddClass(" ", [TestWorld.Png(0)]),
            "add a taken name" => () => model.AddClass("red_one", [_folder["never opened.png"]]),
            "add without anything" => () => model.AddClass("white"),
            "add words that cannot be read" => () => model.AddClass("white", [TestWorld.Png(0)], "like snow"),
            "add blank words" => () => model.AddClass("white", [TestWorld.Png(0)], " "),
            "add a missing image" => () => model.AddClass("white", [TestWorld.Png(0), _folder["missing.png"]]),
            "add a damaged image" => () => model.AddClass("white", [TestWorld.Png(0), TestWorld.Png(1)[..40]]),
            "remove an unknown class" => () => model.RemoveClass("white"),
            "rename an unknown class" => () => model.RenameClass("white", "black"),
            "rename to a taken name" => () => model.RenameClass("blue", "green"),
            "rename to a blank name" => () => model.RenameClass("blue", ""),
            "merge one" => () => model.MergeClasses("merged", "green"),
            "merge one into itself" => () => model.MergeClasses("red one", "red_one"),
            "merge an unknown class" => () => model.MergeClasses("merged", "green", "white"),
            "split into one" => () => model.SplitClass("green", [Part("x")]),
            "split into equal names" => () => model.SplitClass("green", [Part("a b"), Part("a_b")]),
            "split into a taken name" => () => model.SplitClass("green", [Part("x"), Part("blue")]),
            "split an unknown class" => () => model.SplitClass("white", [Part("x"), Part("y")]),
            "split with a missing image" => () => model.SplitClass("green", [Part("x"), Part("y", _folder["missing.png"])]),
            _ => throw new InvalidOperationException(mistake),
        };
        Assert.Contains(message, Assert.Throws<LiftPlusException>(change).Message);
        Assert.Equal(["red one", "green", "blue"], model.ClassNames);
        Assert.Equal([4, 4, 4], model.Classes.Counts);
        AssertSame(before, LogitsByClass(model, images), model.ClassNames);
    }

    [Fact]
    public void TheLastClass_Stays()
    {
        using FineTunedModel model = Train("cosine", 1);
        model.RemoveClass("red");
        model.RemoveClass("blue");
        Assert.Contains("'green' is the only class", Assert.Throws<LiftPlusException>(() => model.RemoveClass("green")).Message);
        Assert.Equal(["green"], model.ClassNames);
    }

    [Fact]
    public void ACancelledChange_LeavesTheModelAsItWas()
    {
        using FineTunedModel model = Train("cosine", 1);
        using CancellationTokenSource stop = new();
        IEnumerable<ImageSource> Images()
        {
            yield return TestWorld.Png(0);
            stop.Cancel();
            yield return TestWorld.Png(0);
        }

        Assert.ThrowsAny<OperationCanceledException>(() => model.AddClass("white", Images(), cancellationToken: stop.Token));
        Assert.Equal(3, model.ClassNames.Count);
    }

    [Fact]
    public void AHeadWithoutARowForEachClass_IsNamed()
    {
        using FineTunedModel text = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_tinyClip)
            .UseClassifierOnly()
            .UseTextClassifier()
            .UseDevice("cpu")
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));
        Action[] changes =
        [
            () => text.AddClass("white"),
            () => text.RemoveClass("red"),
            () => text.RenameClass("red", "crimson"),
            () => text.MergeClasses("red", "blue"),
            () => text.SplitClass("red", [new NewClass { Name = "a" }, new NewClass { Name = "b" }]),
        ];
        foreach (Action change in changes)
            Assert.Contains("the classifier 'text'", Assert.Throws<LiftPlusException>(change).Message);
        using FineTunedModel own = TestWorld.Builder().UseClassifier(new OwnOptions()).UseEpochs(1).Build().Fit(TestWorld.Dataset(2, 2, 2));
        Assert.Contains("the classifier 'own'", Assert.Throws<LiftPlusException>(() => own.RemoveClass("red")).Message);
    }

    [Fact]
    public void WordsAlone_AddAClass_AndAreSaved()
    {
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_tinyClip)
            .UseClassDescriptions(new Dictionary<string, IReadOnlyList<string>> { ["green"] = ["a solid green circle"] })
            .UseTraining(training => training with { Epochs = 1, BatchSize = 6, LearningRate = 1e-12 }) // the rows stay at their words
            .UseDevice("cpu")
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));
        model.AddClass("yellow");
        model.AddClass("thing", description: "a solid cyan square");
        model.RenameClass("green", "emerald");
        Assert.Equal([2, 2, 2, 0, 0], model.Classes.Counts);
        Assert.Equal(
            ["emerald: a solid green circle", "thing: a solid cyan square"],
            model.Recipe.ClassDescriptions.Select(entry => $"{entry.Key}: {entry.Value.Single()}")
        );
        using IDisposable noGrad = no_grad();
        using Tensor weight = TensorMath.Normalize(model.Classifier.Weight!),
            text = ClassTextEncoder.Encode(
                model.Backbone,
                [
                    ["a photo of a yellow."],
                    ["a solid cyan square"],
                ]
            ),
            expected = SemanticInitializer.Directions(text, model.Backbone.ImageProjection),
            found = weight.narrow(0, 3, 2);
        TensorAssert.Close(expected, found, 1e-4, 1e-5, "the rows of words");

        using FineTunedModel loaded = Reload(model);
        Assert.Equal(model.ClassNames, loaded.ClassNames);
        Assert.Equal(model.Recipe.ClassDescriptions["thing"], loaded.Recipe.ClassDescriptions["thing"]);
        loaded.RemoveClass("thing");
        loaded.MergeClasses("greens", "emerald", "yellow");
        Assert.Empty(loaded.Recipe.ClassDescriptions);
        using FineTunedModel again = Reload(loaded);
        Assert.Equal(["red", "greens", "blue"], again.ClassNames);
    }

    [Fact]
    public async Task PredictionsMeanwhile_KnowTheOldOrTheNewClasses()
    {
        using FineTunedModel model = Train("cosine", 3);
        using CancellationTokenSource stop = new();
        int predicted = 0;
        Task[] callers =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        while (!stop.IsCancellationRequested)
                        {
                            Prediction prediction = model.Predict(
                                TestWorld.Png(1),
                                new PredictionOptions { Top = 10, Probabilities = true }
                            );
                            string[] names = [.. prediction.Top.OrderBy(score => score.Label).Select(score => score.ClassName)];
                            Assert.Equal(prediction.Probabilities.Length, names.Length);
                            Assert.Contains(
                                string.Join(' ', names),
                                (string[])["red green blue", "red green blue white", "green blue white"]
                            );
                            Interlocked.Increment(ref predicted);
                        }
                    })
                ),
        ];
        for (int round = 0; round < Rounds.Count(20) || Volatile.Read(ref predicted) < 20; round++)
        {
            model.AddClass("white", [TestWorld.Png(0)]);
            model.RemoveClass("white");
            string saved = _folder[$"model {round % 2}"];
            model.Save(saved);
            if (callers.Any(caller => caller.IsCompleted))
                break;
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Equal(["red", "green", "blue"], model.ClassNames);
    }

    [Fact]
    public void AChangeDuringAnEvaluation_DoesNotReachIt()
    {
        using FineTunedModel model = Train("cosine", 3);
        model.Inference = model.Inference with { BatchSize = 4 };
        EvaluationReport report = model.Evaluate(TestWorld.Dataset(4, 4, 4), new RemoveOnReport(model));
        Assert.Equal(["red", "green", "blue"], report.Classes.Names);
        Assert.Equal(12, report.Metrics.Count);
        Assert.Equal(["green", "blue"], model.ClassNames);
    }

    [Fact]
    public void AChangeOfADisposedModel_Throws()
    {
        FineTunedModel model = Train("cosine", 1);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.AddClass("white", [TestWorld.Png(0)]));
        Assert.Throws<ObjectDisposedException>(() => model.RemoveClass("red"));
    }

    private static FineTunedModel Train(string head, int epochs) =>
        Builder(head).AddLora().UseEpochs(epochs).Build().Fit(TestWorld.Dataset(8, 8, 8));

    private static LongTailFineTunerBuilder Builder(string head) =>
        head switch
        {
            "cosine with bias" => TestWorld.Builder().UseClassifier(new CosineClassifierOptions { Bias = true }),
            "linear" => TestWorld.Builder().UseLinearClassifier(),
            "l2norm" => TestWorld.Builder().UseL2NormClassifier(),
            "layernorm" => TestWorld.Builder().UseLayerNormClassifier(),
            _ => TestWorld.Builder(),
        };

    private FineTunedModel Reload(FineTunedModel model)
    {
        string folder = _folder["model"];
        model.Save(folder);
        ModelLoadOptions options = new() { Device = "cpu" };
        if (model.Recipe.Backbone is null)
            options = options with { CreateBackbone = TestWorld.CreateBackbone };
        return FineTunedModel.Load(folder, options);
    }

    private static Dictionary<string, float[]> LogitsByClass(FineTunedModel model, Tensor images)
    {
        using Tensor logits = model.Logits(images),
            byClass = logits.t().contiguous();
        return model.ClassNames.Index().ToDictionary(name => name.Item, name => byClass[name.Index].data<float>().ToArray());
    }

    private static void AssertSame(Dictionary<string, float[]> expected, Dictionary<string, float[]> found, IEnumerable<string> names)
    {
        foreach (string name in names)
            Assert.Equal(expected[name].Select(BitConverter.SingleToInt32Bits), found[name].Select(BitConverter.SingleToInt32Bits));
    }

    private sealed class RemoveOnReport(FineTunedModel model) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            if (model.ClassNames.Contains("red"))
                model.RemoveClass("red");
        }
    }

    private sealed record OwnOptions : ClassifierOptions
    {
        public override string Type => "own";

        public override Classifier CreateClassifier(ClassifierContext context) => new Own(context);
    }

    private sealed class Own : Classifier
    {
        private readonly Parameter weight;

        public Own(ClassifierContext context)
            : base(nameof(Own))
        {
            weight = new Parameter(zeros(context.ClassCount, context.FeatureWidth));
            RegisterComponents();
        }

        public override Parameter Weight => weight;

        public override Tensor forward(Tensor features) => nn.functional.linear(features, weight);
    }
}
