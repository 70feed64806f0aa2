using System.Text;
using System.Text.Json;
using LiftPlus.Decisions;
using LiftPlus.Models;
using LiftPlus.Tests.Serving;
using LiftPlus.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Tests.Decisions;

public sealed class NeighborTests : IDisposable
{
    private static readonly ImageDataset s_train = TestWorld.Dataset(12, 8, 5);
    private static readonly ImageDataset s_validation = TestWorld.Dataset(6, 6, 6);
    private static readonly PredictionOptions s_asked = new() { Neighbors = 4 };

    private readonly FineTunedModel _model = TestWorld.Builder().Build().Fit(s_train);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(400)] // more than there are
    public void TheNearestRowsAreTheFirstOfAllInOrder(int count)
    {
        Rows rows = new TailWorld(2).Draw(150).Features.Normalized();
        rows = rows.Take([.. Enumerable.Range(0, 300).Select(i => (7 * i) % 150)]); // every row twice
        float[] unit = new TailWorld(3).Draw(1).Features.Normalized()[0].ToArray();
        (int, float)[] expected =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(row => (Row: row, Cosine: Vectors.Dot(rows[row], unit)))
                .OrderByDescending(entry => entry.Cosine)
                .ThenBy(entry => entry.Row)
                .Take(count),
        ];
        Assert.Equal(expected, NearestRows.Find(rows, unit, count));
    }

    [Fact]
    public void ATrainingImageIsItsOwnNearestNeighbor()
    {
        Fit(s_train);
        foreach (LabeledImage image in s_train.Take(5))
        {
            Neighbor[] neighbors = [.. _model.Predict(image.Source, s_asked).Neighbors!.Value];
            Assert.Equal(4, neighbors.Length);
            Assert.Equal(
                (image.Name, image.Label, TestWorld.Names[image.Label]),
                (neighbors[0].Path, neighbors[0].Label, neighbors[0].ClassName)
            );
            Assert.InRange(neighbors[0].Similarity, 1 - 1e-5f, 1);
            Assert.Equal(neighbors.OrderByDescending(one => one.Similarity), neighbors);
        }
    }

    [Fact]
    public void TheOrderOfTheTrainingImagesDoesNotMatter()
    {
        Fit(s_train);
        Neighbor[][] before = Found();
        LabeledImage[] shuffled = [.. s_train];
        new Random(4).Shuffle(shuffled);
        Fit(new ImageDataset(shuffled, s_train.ClassNames));
        foreach ((Neighbor[] one, Neighbor[] other) in before.Zip(Found()))
            Assert.Equal(one.Select(neighbor => neighbor.Path), other.Select(neighbor => neighbor.Path));

        Neighbor[][] Found() =>
            [.. Enumerable.Range(0, 3).Select(label => _model.Predict(TestWorld.Png(label), s_asked).Neighbors!.Value.ToArray())];
    }

    [Fact]
    public void EqualImagesComeInTheOrderOfTheirNames()
    {
        LabeledImage[] equal =
        [
            .. ((string[])["c", "a", "d", "b"]).Select(name => new LabeledImage(ImageSource.FromBytes(TestWorld.Png(1), name), 1)),
        ];
        Fit(new ImageDataset([.. equal, .. s_train.Where(image => image.Label != 1)], s_train.ClassNames));
        Assert.Equal(["a", "b", "c", "d"], _model.Predict(TestWorld.Png(1), s_asked).Neighbors!.Value.Select(one => one.Path));
    }

    [Theory]
    [InlineData(UnknownMeasure.MaximumSoftmax)]
    [InlineData(UnknownMeasure.NeighborDistance)] // has the features too
    [InlineData(UnknownMeasure.RelativeMahalanobis)]
    public void ASavedModelHasTheSameNeighbors(UnknownMeasure measure)
    {
        using var folder = new TemporaryFolder();
        Fit(s_train, new PredictionPolicyOptions { KeepTrainingImages = true, UnknownMeasure = measure });
        Prediction before = _model.Predict(TestWorld.Png(1), s_asked);
        string path = folder["model"];
        _model.Save(path);
        using FineTunedModel loaded = Load(path);
        Prediction after = loaded.Predict(TestWorld.Png(1), s_asked);
        Assert.Equal(before.Neighbors!.Value, after.Neighbors!.Value);
        Assert.Equal(before.Unknown!.Value.Value, after.Unknown!.Value.Value, tolerance: 1e-5);
        using FineTunedModel again = Load(Resaved(loaded, folder["again"]));
        Assert.Equal(before.Neighbors!.Value, again.Predict(TestWorld.Png(1), s_asked).Neighbors!.Value);
    }

    [Fact]
    public void TheyAreGivenOnRequestIfThePolicyKeepsThem()
    {
        Assert.Null(_model.Predict(TestWorld.Png(0), s_asked).Neighbors); // no policy
        _model.FitPolicy(s_validation);
        Assert.Null(_model.Predict(TestWorld.Png(0), s_asked).Neighbors);
        Fit(s_train);
        Prediction plain = _model.Predict(TestWorld.Png(0));
        Assert.Null(plain.Neighbors);
        Assert.DoesNotContain("neighbors", JsonSerializer.Serialize(plain, JsonSerializerOptions.Web));
        Assert.True(_model.Predict(TestWorld.Png(0), s_asked).Features.IsEmpty); // computed, not asked for
        _model.RemoveClass("green");
        Assert.Null(_model.Predict(TestWorld.Png(0), s_asked).Neighbors);
    }

    [Fact]
    public async Task AHostGivesThemToThoseWhoAsk()
    {
        using var world = new ServedWorld();
        using (FineTunedModel model = FineTunedModel.Load(world.Folder["model"], new ModelLoadOptions { Device = "cpu" }))
        {
            model.FitPolicy(s_validation, s_train, new PredictionPolicyOptions { KeepTrainingImages = true });
            model.Save(world.Folder["model"]);
        }

        await using ServiceProvider services = world.Services(_ => { });
        var classifier = services.GetRequiredService<IImageClassifier>();
        Task<Prediction>[] predictions =
        [
            .. Enumerable.Range(0, 8).Select(i => classifier.PredictAsync(TestWorld.Png(0), i % 2 == 0 ? s_asked : null)),
        ];
        foreach ((int i, Prediction prediction) in (await Task.WhenAll(predictions)).Index())
            Assert.Equal(i % 2 == 0 ? 4 : null, prediction.Neighbors?.Length);
    }

    [Fact]
    public void AsJsonTheyHaveNoFoldersUnlessAskedFor()
    {
        Prediction prediction = new("/srv/a.png", [new(0, "red", 1)]) { Neighbors = [new Neighbor("red/7.png", 0, "red", 0.5f)] };
        string json = JsonSerializer.Serialize(prediction, JsonSerializerOptions.Web);
        Assert.Contains("""neighbors":[{"path":"7.png","label":0,"className":"red","similarity":0.5}]""", json);
        Assert.Equal("7.png", JsonSerializer.Deserialize<Prediction>(json, JsonSerializerOptions.Web)!.Neighbors!.Value[0].Path);
        var folders = new JsonSerializerOptions { Converters = { new PredictionConverter { IncludeFolders = true } } };
        Assert.Contains("red/7.png", JsonSerializer.Serialize(prediction, folders));
    }

    [Fact]
    public void NoMoreImagesAreKeptThanTheOptionSays()
    {
        Fit(s_train, new PredictionPolicyOptions { KeepTrainingImages = true, MaxTrainingImages = 9 });
        TrainingImages kept = _model.Policy!.TrainingImages!;
        Assert.Equal((9, 9), (kept.Names.Length, kept.Features.Count));
        Assert.Equal([3, 3, 3], kept.Labels.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Equal(9, _model.Predict(TestWorld.Png(0), new PredictionOptions { Neighbors = 1000 }).Neighbors!.Value.Length);
    }

    [Fact]
    public void KeepingTrainingImagesNeedsThem()
    {
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            _model.FitPolicy(s_validation, options: new PredictionPolicyOptions { KeepTrainingImages = true })
        );
        Assert.Contains("KeepTrainingImages needs training images", error.Message);
        Assert.ThrowsAny<LiftPlusException>(() => _model.Predict(TestWorld.Png(0), new PredictionOptions { Neighbors = -1 }));
    }

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 3", "schemaVersion is 3")]
    [InlineData("\"names\": [", "\"names\": [\"x\", ", "names has 3 entries, and there are features of 2 images")]
    [InlineData("\"labels\": [", "\"labels\": [0, ", "labels has 3 entries")]
    [InlineData("\"b\"", "null", "names[1] is null")]
    [InlineData("\"labels\": [", "\"labels\": [\"x\", ", "$.labels[0]")]
    [InlineData("1\n  ]", "9\n  ]", "labels[1] is 9; the model has 2 classes")]
    [InlineData("1\n  ]", "-1\n  ]", "labels[1] is -1")]
    [InlineData("\"names\"", "\"y\": 1, \"names\"", "could not be mapped")]
    [InlineData("{", "", "neighbors.json")]
    [InlineData("\"a\"", "\"\\ud800\"", "surrogate")]
    public void DamagedNamesSayWhereAndWhatToDo(string found, string replacement, string expected)
    {
        string json = TrainingImagesJson.Write(new TrainingImages(new Rows([1, 0, 0, 1], 2), ["a", "b"], [0, 1]));
        Assert.Contains(found, json.ReplaceLineEndings("\n"));
        string damaged = json.ReplaceLineEndings("\n").Replace(found, replacement, StringComparison.Ordinal);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => Read(damaged, new Rows([1, 0, 0, 1], 2)));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("folder/neighbors.json", error.Message);
        Assert.Contains("Fit the policy again", error.Message);
    }

    [Fact]
    public void FeaturesThatAreMissingOrMisshapenAreNamed()
    {
        string json = TrainingImagesJson.Write(new TrainingImages(new Rows([1, 0, 0, 1], 2), ["a", "b"], [0, 1]));
        Assert.Contains("'features' is missing", Assert.Throws<LiftPlusException>(() => Read(json, null)).Message);
        Assert.Contains("must be (N, 2)", Assert.Throws<LiftPlusException>(() => Read(json, new Rows([1, 0, 0], 3))).Message);
        Assert.Contains("not a finite number", Assert.Throws<LiftPlusException>(() => Read(json, new Rows([1, float.NaN], 2))).Message);
        for (int length = 0; length < json.Length - 1; length += 3)
            Assert.Throws<LiftPlusException>(() => Read(json[..length], new Rows([1, 0, 0, 1], 2)));
    }

    [Theory]
    [InlineData(PolicyFiles.NamesName)]
    [InlineData(PolicyFiles.TensorName)]
    [InlineData(PolicyFiles.JsonName)]
    public void AFileOfThePolicyThatIsMissingOrAnotherIsNamed(string name)
    {
        using var folder = new TemporaryFolder();
        Fit(s_train);
        _model.Save(folder["model"]);
        string file = Path.Combine(folder["model"], name);
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, [.. bytes[..^2], (byte)(bytes[^2] ^ 1), bytes[^1]]);
        Assert.Contains(name, Assert.Throws<LiftPlusException>(() => Load(folder["model"])).Message);
        File.Delete(file);
        Assert.Contains(name, Assert.Throws<LiftPlusException>(() => Load(folder["model"])).Message);
    }

    private void Fit(ImageDataset train, PredictionPolicyOptions? options = null) =>
        _model.FitPolicy(s_validation, train, options ?? new PredictionPolicyOptions { KeepTrainingImages = true });

    private static TrainingImages Read(string json, Rows? features) =>
        TrainingImagesJson.Read(
            Encoding.UTF8.GetBytes(json),
            "folder/neighbors.json",
            features is Rows rows ? new Dictionary<string, Rows> { [TrainingImages.FeaturesName] = rows } : [],
            classes: 2,
            width: 2
        );

    private static string Resaved(FineTunedModel model, string folder)
    {
        model.Save(folder);
        return folder;
    }

    private static FineTunedModel Load(string path) =>
        FineTunedModel.Load(path, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" });
}
