namespace LiftPlus.Tests.Decisions;

public sealed class ModelLabelTests : IDisposable
{
    private readonly FineTunedModel _model = TestWorld.Builder().Build().Fit(TestWorld.Dataset(30, 12, 6));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void WrongLabelsAndCopiesAreFoundAndLeftOut()
    {
        ImageDataset sound = TestWorld.Dataset(30, 20, 10);
        LabeledImage[] images = [.. sound, sound[3], sound[40] with { Label = 0 }];
        images[5] = images[5] with { Label = 1 };
        images[35] = images[35] with { Label = 2 };
        ImageDataset data = new(images, TestWorld.Names),
            test = new([sound[58], .. Fresh()], TestWorld.Names);
        List<DatasetCheckProgress> reports = [];
        LabelAudit audit = _model.AuditLabels(
            data,
            test,
            new LabelAuditOptions { CopySimilarity = 1 },
            new Recorder<DatasetCheckProgress>(reports.Add)
        );
        Assert.Equal([58], Of(LabelFindingKind.TestCopy));
        Assert.Equal([61], Of(LabelFindingKind.ConflictingLabel));
        Assert.Equal([60, 61], Of(LabelFindingKind.Copy));
        Assert.Equal([5, 35], Of(LabelFindingKind.WrongLabel).Take(2).Order());
        Assert.Contains(new DatasetCheckProgress(62, 62), reports);
        ImageDataset left = audit.Without(finding => finding.Kind == LabelFindingKind.Copy);
        Assert.Equal(data.Take(60), left);
        Assert.Equal(data.ClassNames, left.ClassNames);
        Assert.Same(data, audit.Without(_ => false));
        Assert.Equal(62 - audit.Findings.DistinctBy(finding => finding.Index).Count(), audit.Without().Count);

        IEnumerable<int> Of(LabelFindingKind kind) =>
            audit.Findings.Where(finding => finding.Kind == kind).Select(finding => finding.Index);
    }

    [Fact]
    public void AnImageThatIsSkippedMovesNoIndex()
    {
        ImageDataset sound = TestWorld.Dataset(12, 8, 6);
        LabeledImage[] images = [new(new byte[] { 1, 2, 3 }, 0), .. sound, sound[2]];
        ImageDataset data = new(images, TestWorld.Names);
        Assert.ThrowsAny<LiftPlusException>(() => _model.AuditLabels(data));
        _model.Inference = _model.Inference with { Unreadable = UnreadablePolicy.Skip };
        LabelAudit audit = _model.AuditLabels(data);
        LabelFinding copy = Assert.Single(audit.Findings, finding => finding.Kind == LabelFindingKind.Copy);
        Assert.Equal<(int, int?)>((27, 3), (copy.Index, copy.OtherIndex));
        Assert.Equal(27, _model.ChooseToLabel(data.Select(image => image.Source), 100).Length);
        Assert.DoesNotContain(_model.ChooseToLabel(data.Select(image => image.Source), 100), choice => choice.Index == 0);
    }

    [Fact]
    public void WithoutAnyImageLeftThereIsNoDataset()
    {
        ImageDataset one = TestWorld.Dataset(2, 2, 0).Subset([0, 0]);
        LabelAudit audit = _model.AuditLabels(one, one);
        Assert.Contains("none would be left", Assert.Throws<LiftPlusException>(() => audit.Without()).Message);
    }

    [Fact]
    public void SettingsOutOfRangeAreRefused()
    {
        ImageDataset data = TestWorld.Dataset(4, 4, 4);
        foreach (
            LabelAuditOptions options in (LabelAuditOptions[])
                [new() { Folds = 1 }, new() { Neighbors = 0 }, new() { CopySimilarity = double.NaN }, new() { CopySimilarity = 1.1 }]
        )
            Assert.Contains(
                nameof(LabelAuditOptions),
                Assert.Throws<LiftPlusException>(() => _model.AuditLabels(data, null, options)).Message
            );
        Assert.Contains("budget is 0", Assert.Throws<LiftPlusException>(() => _model.ChooseToLabel([TestWorld.Png(0)], 0)).Message);
        Assert.Contains(
            "strategy is 9",
            Assert.Throws<LiftPlusException>(() => _model.ChooseToLabel([TestWorld.Png(0)], 1, (LabelingStrategy)9)).Message
        );
        foreach (double accuracy in (double[])[0, 100, double.NaN])
            Assert.Contains("accuracy is", Assert.Throws<LiftPlusException>(() => _model.ForecastImages(data, accuracy)).Message);
        ImageDataset others = data.Relabel(name => name + "ish");
        Assert.Contains("does not know", Assert.Throws<LiftPlusException>(() => _model.AuditLabels(data, others)).Message);
    }

    [Fact]
    public void EverythingCanBeCancelled()
    {
        ImageDataset data = TestWorld.Dataset(4, 4, 4);
        CancellationToken cancelled = new(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => _model.AuditLabels(data, cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => _model.ForecastImages(data, 90, cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            _model.ChooseToLabel(data.Select(image => image.Source), 3, cancellationToken: cancelled)
        );
    }

    [Fact]
    public void ChoicesAreThoseOfThePredictions()
    {
        ImageDataset pool = TestWorld.Dataset(10, 10, 10);
        ImageSource[] sources = [.. pool.Select(image => image.Source)];
        foreach (LabelingStrategy strategy in Enum.GetValues<LabelingStrategy>())
        {
            LabelingChoice[] chosen = [.. _model.ChooseToLabel(sources, 12, strategy, TestWorld.Dataset(2, 2, 2))];
            Assert.Equal(12, chosen.DistinctBy(choice => choice.Index).Count());
            Assert.Equal(chosen, _model.ChooseToLabel(sources, 12, strategy, TestWorld.Dataset(2, 2, 2)));
            foreach (LabelingChoice choice in chosen)
            {
                Prediction prediction = _model.Predict(sources[choice.Index], new PredictionOptions { Top = 2 });
                Assert.Equal(prediction.Best.Label, choice.Label);
                Assert.Equal(prediction.Top[0].Probability - prediction.Top[1].Probability, choice.Margin, tolerance: 1e-4);
            }
        }

        Assert.Equal(30, _model.ChooseToLabel(sources, 100, LabelingStrategy.Coverage).Length);
    }

    [Fact]
    public void ForecastsNameTheClasses()
    {
        ImageForecast[] forecasts = [.. _model.ForecastImages(TestWorld.Dataset(30, 12, 6), 50)];
        Assert.Equal(TestWorld.Names, forecasts.Select(forecast => forecast.ClassName));
        Assert.Equal([30, 12, 6], forecasts.Select(forecast => forecast.Images));
        Assert.Equal(0, forecasts[0].More); // colours are easy
        Assert.Null(forecasts[2].More);
    }

    private static IEnumerable<LabeledImage> Fresh() => TestWorld.Dataset(40, 30, 20).Where(image => image.Label == 2).Skip(15);

    private sealed class Recorder<T>(Action<T> record) : IProgress<T>
    {
        public void Report(T value) => record(value);
    }
}
