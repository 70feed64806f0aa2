namespace LiftPlus.Tests.Inference;

/// <summary>Shows a stand-in for a classifier: two members, and every other call works.</summary>
public sealed class FakeClassifierTests
{
    /// <summary>Answers every image with the class that its name contains.</summary>
    private sealed class FakeClassifier : IImageClassifier
    {
        public IReadOnlyList<string> ClassNames => ["cat", "dog"];

        public async IAsyncEnumerable<Prediction> PredictEachAsync(
            IAsyncEnumerable<ImageSource> images,
            PredictionOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            await foreach (ImageSource image in images.WithCancellation(cancellationToken))
            {
                int label = image.Name.Contains("dog", StringComparison.Ordinal) ? 1 : 0;
                yield return new Prediction(image.Name, [new ClassScore(label, ClassNames[label], 1)]);
            }
        }
    }

    private readonly IImageClassifier _classifier = new FakeClassifier();

    [Fact]
    public async Task EveryCallIsAnswered()
    {
        Assert.Equal("dog", _classifier.Predict("a dog.png").ClassName);
        Assert.Equal("cat", (await _classifier.PredictAsync(new byte[] { 1 })).ClassName);
        Assert.Equal(["dog", "cat"], Names(_classifier.Predict(["dog", new byte[] { 1 }])));
        Assert.Equal(["dog", "cat"], Names(await _classifier.PredictAsync([ImageSource.FromFile("dog"), new byte[] { 1 }])));
        Assert.Equal(["dog", "cat"], Names(_classifier.Predict(new[] { "dog", "cat" }, top: 1)));
    }

    [Fact]
    public async Task ImagesComeAsSourcesPathsAndBytesFromLists()
    {
        string[] paths = ["dog", "cat"];
        byte[][] bytes =
        [
            [1],
            [2],
        ];
        ImageSource[] sources = ["dog", bytes[0]];
        Assert.Equal(["dog", "cat"], Names(await _classifier.PredictEachAsync(paths).ToListAsync()));
        Assert.Equal(["cat", "cat"], Names(await _classifier.PredictEachAsync(bytes).ToListAsync()));
        Assert.Equal(["dog", "cat"], Names(await _classifier.PredictEachAsync(sources).ToListAsync()));
        Assert.Equal(["dog", "cat"], Names(await _classifier.PredictEachAsync(paths.ToAsyncEnumerable()).ToListAsync()));
        Assert.Equal(["cat", "cat"], Names(await _classifier.PredictEachAsync(bytes.ToAsyncEnumerable()).ToListAsync()));
        Assert.Equal(["dog", "cat"], Names(await _classifier.PredictEachAsync(sources.ToAsyncEnumerable()).ToListAsync()));
    }

    private static IEnumerable<string> Names(IEnumerable<Prediction> predictions) => predictions.Select(prediction => prediction.ClassName);
}
