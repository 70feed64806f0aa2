using LiftPlus.Samples.Shapes;
using Microsoft.Extensions.AI;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Embeddings.Tests;

public sealed class EmbeddingGeneratorTests : IDisposable
{
    private const int Images = 70; // more than a batch

    private static readonly ShapesLT s_shapes = new();
    private static readonly string[] s_names = [.. s_shapes.Things.Select(thing => thing.Name)];
    private static readonly byte[][] s_pngs =
    [
        .. Enumerable.Range(0, Images).Select(i => s_shapes.Draw(Split.Test, i % s_names.Length, i / s_names.Length).ToPng()),
    ];

    private readonly ZeroShotClassifier _model = Load();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task VectorsOfFeaturesAreTheNormalizedFeaturesOfPredictionsInOrder()
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = _model.AsImageEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync(s_pngs.Select(Png));
        IReadOnlyList<Prediction> predictions = _model.Predict(
            s_pngs.Select(png => (ImageSource)png),
            new PredictionOptions { Features = FeatureKind.Normalized }
        );
        Assert.Equal(Images, vectors.Count);
        foreach ((Embedding<float> vector, Prediction prediction) in vectors.Zip(predictions))
            AssertNear([.. prediction.Features], vector.Vector.ToArray());
    }

    [Fact]
    public async Task InTheJointSpaceDotProductsAreTheLogitsOfZeroShotClip()
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> images = _model.AsImageEmbeddingGenerator(EmbeddingSpace.Joint);
        using IEmbeddingGenerator<string, Embedding<float>> texts = _model.AsTextEmbeddingGenerator();
        GeneratedEmbeddings<Embedding<float>> seen = await images.GenerateAsync(s_pngs.Take(3).Select(Png)),
            read = await texts.GenerateAsync(s_names.Select(name => $"a photo of a {name}."));
        double scale = Math.Exp(_model.Backbone.LogitScale!.item<float>());
        foreach ((byte[] png, Embedding<float> image) in s_pngs.Zip(seen))
        {
            double[] logits = [.. read.Select(text => scale * Dot(image, text))];
            double total = logits.Sum(z => Math.Exp(z - logits.Max()));
            Prediction prediction = _model.Predict(png, new PredictionOptions { Probabilities = true });
            foreach ((double logit, float probability) in logits.Zip(prediction.Probabilities))
                Assert.Equal(Math.Exp(logit - logits.Max()) / total, probability, tolerance: 1e-4);
        }
    }

    [Fact]
    public void TheMetadataTellTheSpacesAndTheModelsApart()
    {
        EmbeddingGeneratorMetadata features = Metadata(_model.AsImageEmbeddingGenerator()),
            joint = Metadata(_model.AsImageEmbeddingGenerator(EmbeddingSpace.Joint)),
            texts = Metadata(_model.AsTextEmbeddingGenerator());
        Assert.Equal("LiftPlus", features.ProviderName);
        Assert.Equal((int)_model.Backbone.Image.FeatureDimension, features.DefaultModelDimensions!.Value);
        Assert.Equal(_model.Backbone.Config.EmbedDimension!.Value, joint.DefaultModelDimensions!.Value);
        Assert.NotEqual(features.DefaultModelId, joint.DefaultModelId);
        Assert.Equal(joint.DefaultModelId, texts.DefaultModelId); // they can be compared
        using ZeroShotClassifier again = Load();
        Assert.Equal(features.DefaultModelId, Metadata(again.AsImageEmbeddingGenerator()).DefaultModelId);
        using (no_grad())
            again.Backbone.parameters().First().mul_(TensorMath.Zero);
        Assert.NotEqual(features.DefaultModelId, Metadata(again.AsImageEmbeddingGenerator()).DefaultModelId);
    }

    [Fact]
    public void ServicesAreTheGeneratorItselfAndItsModel()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsTextEmbeddingGenerator();
        Assert.Same(generator, generator.GetService<IEmbeddingGenerator<string, Embedding<float>>>());
        Assert.Same(_model, generator.GetService<ZeroShotClassifier>());
        Assert.Null(generator.GetService<FineTunedModel>());
        Assert.Null(generator.GetService(typeof(EmbeddingGeneratorMetadata), "key"));
    }

    [Fact]
    public async Task TheModelOutlivesItsGenerators()
    {
        _model.AsTextEmbeddingGenerator().Dispose();
        using IEmbeddingGenerator<string, Embedding<float>> generator = _model.AsTextEmbeddingGenerator();
        Assert.Single(await generator.GenerateAsync(["a star"]));
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public async Task WrongInputsAndOptionsAreNamed()
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> images = _model.AsImageEmbeddingGenerator();
        using IEmbeddingGenerator<string, Embedding<float>> texts = _model.AsTextEmbeddingGenerator();
        await Assert.ThrowsAsync<ArgumentNullException>(() => texts.GenerateAsync((IEnumerable<string>)null!));
        Assert.Contains("Input 1 is a blank text", (await Fails(() => texts.GenerateAsync(["a star", " "]))).Message);
        Assert.Contains("Input 0 is null", (await Fails(() => texts.GenerateAsync([null!]))).Message);
        Assert.Contains("Input 0 has no bytes", (await Fails(() => images.GenerateAsync([Png([])]))).Message);
        Assert.Contains("'text/plain'", (await Fails(() => images.GenerateAsync([new DataContent(s_pngs[0], "text/plain")]))).Message);
        Assert.IsType<ImageDecodeException>(await Fails(() => images.GenerateAsync([Png(s_pngs[0]), Png([1, 2, 3])])));
        Assert.Contains("there is room for", (await Fails(() => texts.GenerateAsync([string.Join(' ', s_names)]))).Message);
        EmbeddingGenerationOptions shorter = new() { Dimensions = 7 },
            other = new() { ModelId = "another" };
        Assert.Contains("7 dimensions are asked for", (await Fails(() => texts.GenerateAsync(["a star"], shorter))).Message);
        Assert.Contains("'another' is asked for", (await Fails(() => texts.GenerateAsync(["a star"], other))).Message);
    }

    [Fact]
    public async Task ACancelledTokenStopsBothGenerators()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using IEmbeddingGenerator<DataContent, Embedding<float>> images = _model.AsImageEmbeddingGenerator();
        using IEmbeddingGenerator<string, Embedding<float>> texts = _model.AsTextEmbeddingGenerator();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            images.GenerateAsync(s_pngs.Select(Png), cancellationToken: cancelled.Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => texts.GenerateAsync(s_names, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void AnImageBackboneHasNoJointSpace()
    {
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(() =>
            {
                Backbone backbone = new(_model.Backbone.Config with { Text = null, EmbedDimension = null });
                backbone.Initialize(1);
                return backbone;
            })
            .UseTraining(training => training with { Epochs = 1 })
            .UseDevice("cpu")
            .Build()
            .Fit(Few());
        Assert.Contains("no text encoder", Assert.Throws<LiftPlusException>(() => model.AsTextEmbeddingGenerator()).Message);
        Assert.Contains(
            "no text encoder",
            Assert.Throws<LiftPlusException>(() => model.AsImageEmbeddingGenerator(EmbeddingSpace.Joint)).Message
        );
    }

    [Fact]
    public async Task TheIdOfAFineTunedModelIsThatOfItsFeaturesNotOfItsClasses()
    {
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Path.Combine(AppContext.BaseDirectory, "tiny-clip"))
            .UseTraining(training => training with { Epochs = 1 })
            .UseDevice("cpu")
            .Build()
            .Fit(Few());
        string id = Metadata(model.AsImageEmbeddingGenerator()).DefaultModelId!;
        Assert.NotEqual(id, Metadata(_model.AsImageEmbeddingGenerator()).DefaultModelId);
        model.RenameClass(s_names[0], "another");
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = model.AsImageEmbeddingGenerator();
        Assert.Equal(id, Metadata(generator).DefaultModelId);
        Embedding<float> vector = Assert.Single(await generator.GenerateAsync([Png(s_pngs[0])]));
        Assert.Equal(id, vector.ModelId);
        AssertNear(
            [.. model.Predict(s_pngs[0], new PredictionOptions { Features = FeatureKind.Normalized }).Features],
            vector.Vector.ToArray()
        );
    }

    private static ZeroShotClassifier Load() => ZeroShotClassifier.Load(Path.Combine(AppContext.BaseDirectory, "tiny-clip"), s_names);

    private static ImageDataset Few() =>
        ImageDataset.From(Enumerable.Range(0, 6), i => s_names[i % 3], i => ImageSource.FromBytes(s_pngs[i], $"{i}"), s_names[..3]);

    private static DataContent Png(byte[] png) => new(png, "image/png");

    private static EmbeddingGeneratorMetadata Metadata<T>(IEmbeddingGenerator<T, Embedding<float>> generator) =>
        generator.GetRequiredService<EmbeddingGeneratorMetadata>();

    private static Task<LiftPlusException> Fails(Func<Task> act) => Assert.ThrowsAnyAsync<LiftPlusException>(act);

    private static double Dot(Embedding<float> a, Embedding<float> b) =>
        a.Vector.ToArray().Zip(b.Vector.ToArray(), (x, y) => (double)x * y).Sum();

    private static void AssertNear(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach ((float one, float other) in expected.Zip(found))
            Assert.Equal(one, other, tolerance: 1e-5f);
    }
}
