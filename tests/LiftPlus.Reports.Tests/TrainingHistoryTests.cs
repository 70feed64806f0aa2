namespace LiftPlus.Reports.Tests;

public sealed class TrainingHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void MetricsFilesAreRead()
    {
        TrainingHistory history = TrainingHistory.FromMetricsFile(
            Write(
                """{"phase":"training","epoch":1,"step":1,"loss":2.5,"accuracy":0.25,"learningRate":0.02,"imagesPerSecond":"""
                    + """9,"dataWait":0,"seconds":1}""",
                """{"phase":"training","epoch":1,"step":2,"loss":null,"accuracy":0.5,"learningRate":0.01}""",
                """{"phase":"validation","epoch":1,"step":2,"overall":60,"mean":55,"many":70,"medium":null,"few":40,"seconds":2}""",
                """{"phase":"train"""
            )
        );
        Assert.Equal(3, history.Points.Length);
        Assert.Equal(
            new TrainingPoint
            {
                Step = 1,
                Epoch = 1,
                Loss = 2.5,
                LearningRate = 0.02,
                Overall = 25,
            },
            history.Points[0]
        );
        Assert.Null(history.Points[1].Loss);
        Assert.Equal(
            new TrainingPoint
            {
                Step = 2,
                Epoch = 1,
                IsValidation = true,
                Overall = 60,
                Many = 70,
                Few = 40,
            },
            history.Points[2]
        );
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"phase":"training","epoch":1}""")]
    [InlineData("""{"phase":"training","epoch":1,"step":"x"}""")]
    [InlineData("""{"phase":7,"epoch":1,"step":1}""")]
    [InlineData("null")]
    public void OtherLinesAreNamed(string line)
    {
        string message = Assert
            .Throws<LiftPlusException>(() =>
                TrainingHistory.FromMetricsFile(Write("""{"phase":"training","epoch":1,"step":1}""", line, "{}"))
            )
            .Message;
        Assert.Contains("line 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFilesAreNamed() =>
        Assert.Contains(
            "does not exist",
            Assert.Throws<LiftPlusException>(() => TrainingHistory.FromMetricsFile(Path.Combine(_folder, "none.jsonl"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void TheRecorderPassesEverythingOn()
    {
        var history = new TrainingHistory();
        List<TrainingProgress> seen = [];
        IProgress<TrainingProgress> recorder = history.Recorder(new Direct(seen.Add));
        recorder.Report(new TrainingProgress { Phase = TrainingPhase.Preparing, Step = 1 });
        recorder.Report(
            new TrainingProgress
            {
                Phase = TrainingPhase.Training,
                Step = 1,
                Loss = double.NaN,
                Accuracy = 50,
                Few = 25,
            }
        );
        recorder.Report(new TrainingProgress { Phase = TrainingPhase.Validating, Step = 1 });
        Assert.Equal(3, seen.Count);
        TrainingPoint point = Assert.Single(history.Points);
        Assert.Equal((null, 50.0, 25.0), (point.Loss, point.Overall, point.Few));
    }

    private string Write(params string[] lines)
    {
        string file = Path.Combine(_folder, "metrics.jsonl");
        File.WriteAllLines(file, lines);
        return file;
    }

    private sealed class Direct(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
