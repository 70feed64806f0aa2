using System.Formats.Tar;
using LiftPlus.Samples.Shapes;
using LiftPlus.TestSupport;

namespace LiftPlus.Jobs.Tests;

/// <summary>Holds what the parts of a job contain.</summary>
public sealed class PartTests : IDisposable
{
    private readonly JobWorld _world = new();
    private readonly HashClassifier _classifier = new();

    [Theory]
    [InlineData(FeatureKind.None, false)]
    [InlineData(FeatureKind.Normalized, true)]
    public async Task Rows_AreThePredictionsOfTheClassifier(FeatureKind features, bool probabilities)
    {
        IReadOnlyList<string> images = _world.WriteImages(25);
        PredictionOptions options = new()
        {
            Top = 3,
            Features = features,
            Probabilities = probabilities,
        };
        PredictionJob job = _world.Plan("job", images, options);
        PredictionJobProgress done = await job.RunAsync(_classifier, JobWorld.Alone);
        Assert.Equal(new PredictionJobProgress(3, 3, 25, 0), done);

        List<PartRow> rows = [];
        foreach (string file in JobWorld.PartFiles(job))
            rows.AddRange(await PartRows.ReadAsync(file));
        Assert.Equal(images, rows.Select(row => row.Key));
        foreach ((PartRow row, Prediction expected) in rows.Zip(await _classifier.PredictEachAsync(images, options).ToListAsync()))
        {
            Assert.Equal(expected.Top.Select(score => score.Label), row.Labels);
            Assert.Equal(expected.Top.Select(score => score.ClassName), row.ClassNames);
            Assert.Equal(expected.Top.Select(score => score.Probability), row.Scores);
            Assert.Equal(expected.Probabilities, row.Probabilities);
            Assert.Equal(expected.Features, row.Features);
            Assert.True(row is { Error: null, Set: null, Unknown: null }); // without a policy
        }
    }

    [Fact]
    public async Task DecisionsOfAPolicy_AreColumns()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(3));
        await job.RunAsync(new DecidedClassifier(), JobWorld.Alone);
        IReadOnlyList<PartRow> rows = await PartRows.ReadAsync(JobWorld.PartFiles(job).Single());
        Assert.Equal(
            [
                [],
                [0],
                [0, 1],
            ],
            rows.Select(row => row.Set)
        );
        Assert.Equal([0.5, 1.5, 2.5], rows.Select(row => row.Unknown));
    }

    [Fact]
    public async Task ManyRows_GoToSeveralRowGroups()
    {
        string image = _world.WriteImages(1)[0];
        PredictionJob job = PredictionJob.Plan(_world["job"], Enumerable.Repeat(image, 9000));
        await job.RunAsync(_classifier, JobWorld.Alone);
        Assert.Equal(9000, (await PartRows.ReadAsync(JobWorld.PartFiles(job).Single())).Count(row => row.Key == image));
    }

    [Fact]
    public async Task AHostileImageInEveryShard_IsARowWithAnError()
    {
        string[] images = [.. _world.WriteImages(40)];
        string[] kinds = ["bad", "hang", "", "missing"];
        foreach ((int shard, string kind) in kinds.Index())
            File.WriteAllText(images[10 * shard + shard], kind);
        File.Delete(images[33]);
        PredictionJob job = _world.Plan(
            "job",
            images,
            new PredictionOptions { Limits = new ImageLimits { TimeLimit = TimeSpan.FromSeconds(2) } }
        );
        Assert.Equal(new PredictionJobProgress(4, 4, 40, 4), await job.RunAsync(_classifier, JobWorld.Alone));

        string[] errors = ["its bytes are bad", "it took longer than 00:00:02", "the file is empty", "does not exist"];
        foreach ((int shard, string file) in JobWorld.PartFiles(job).Index())
        {
            IReadOnlyList<PartRow> rows = await PartRows.ReadAsync(file);
            Assert.Equal(images.Skip(10 * shard).Take(10), rows.Select(row => row.Key));
            Assert.Contains(errors[shard], rows[shard].Error);
            Assert.Empty(rows[shard].Labels);
            Assert.All(rows.Where((_, i) => i != shard), row => Assert.True(row is { Error: null, Labels.Length: 5 }));
        }
    }

    [Fact]
    public async Task ATarFile_IsAShard()
    {
        IReadOnlyList<string> images = _world.WriteImages(5);
        File.WriteAllText(_world["images/labels.txt"], "not an image");
        TarFile.CreateFromDirectory(_world["images"], _world["shard.tar"], includeBaseDirectory: false);
        PredictionJob job = _world.Plan("job", [images[0], _world["shard.tar"], images[1]]);
        await job.RunAsync(_classifier, JobWorld.Alone);

        string[] files = JobWorld.PartFiles(job);
        Assert.Equal(2, files.Length);
        IReadOnlyList<PartRow> packed = await PartRows.ReadAsync(files[0]);
        Assert.Equal(
            images.Select(image => $"{_world["shard.tar"]}/{Path.GetFileName(image)}"),
            packed.Select(row => row.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            await _classifier
                .PredictEachAsync(packed.Select(row => _world[$"images/{Path.GetFileName(row.Key)}"]))
                .Select(p => p.Best.Label)
                .ToListAsync(),
            packed.Select(row => row.Labels[0])
        );
        Assert.Equal([images[0], images[1]], (await PartRows.ReadAsync(files[1])).Select(row => row.Key));
    }

    [Fact]
    public async Task ARealModel_WritesWhatItPredicts()
    {
        using ZeroShotClassifier model = ZeroShotClassifier.Load(Path.Combine(AppContext.BaseDirectory, "tiny-clip"), "cat", "dog");
        Directory.CreateDirectory(_world["real"]);
        string[] images = [.. Enumerable.Range(0, 3).Select(i => _world[$"real/{i}.png"])];
        foreach ((int i, string image) in images.Index())
            File.WriteAllBytes(image, new ShapesLT().Draw(Split.Test, i, 0).ToPng());
        PredictionJob job = _world.Plan("job", images, model: Path.Combine(AppContext.BaseDirectory, "tiny-clip"));
        await job.RunAsync(model, JobWorld.Alone);
        IReadOnlyList<PartRow> rows = await PartRows.ReadAsync(JobWorld.PartFiles(job).Single());
        IReadOnlyList<Prediction> expected = model.Predict(
            images.Select(ImageSource.FromFile),
            new PredictionOptions { Top = 2, Features = FeatureKind.Raw }
        );
        Assert.Equal(expected.Select(prediction => prediction.Best.Probability), rows.Select(row => row.Scores[0]));
        Assert.Equal(expected.Select(prediction => prediction.Features.AsEnumerable()), rows.Select(row => row.Features.AsEnumerable()));
    }

    private sealed class DecidedClassifier : IImageClassifier
    {
        public IReadOnlyList<string> ClassNames => ["cat", "dog"];

        public IAsyncEnumerable<Prediction> PredictEachAsync(
            IAsyncEnumerable<ImageSource> images,
            PredictionOptions? options = null,
            CancellationToken cancellationToken = default
        ) =>
            images.Select(
                (image, i) =>
                    new Prediction(image.Name, [new ClassScore(0, "cat", 1)])
                    {
                        Set = [.. ClassNames.Take(i).Select((name, label) => new ClassScore(label, name, 0.5f))],
                        Unknown = new UnknownScore(i + 0.5, 2),
                    }
            );
    }

    public void Dispose()
    {
        _classifier.Dispose();
        _world.Dispose();
    }
}
