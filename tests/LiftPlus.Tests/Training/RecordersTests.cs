using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.Training;
using Tensorboard;

namespace LiftPlus.Tests.Training;

public sealed class RecordersTests : IDisposable
{
    private readonly string _folder = TestWorld.TemporaryFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void MetricsFile_HasEveryStepAndValidation()
    {
        string file = Path.Combine(_folder, "runs", "metrics.jsonl");
        List<TrainingProgress> reported = [];
        ImageDataset data = TestWorld.Dataset(8, 4, 2);
        LongTailFineTuner tuner = TestWorld.Builder().AddMetricsFile(file).Build();
        tuner.Fit(data, data, new Collector(reported)).Dispose();

        JsonElement[] lines = Lines(file);
        JsonElement[] training = [.. lines.Where(line => line.GetProperty("phase").GetString() == "training")];
        TrainingProgress[] steps = [.. reported.Where(value => value.Phase == TrainingPhase.Training)];
        Assert.Equal(
            steps.Select(value => (value.Epoch, value.Step, value.Loss, value.LearningRate)),
            training.Select(line =>
                (
                    line.GetProperty("epoch").GetInt32(),
                    line.GetProperty("step").GetInt64(),
                    line.GetProperty("loss").GetDouble(),
                    line.GetProperty("learningRate").GetDouble()
                )
            )
        );
        EvaluationReport[] validations = [.. reported.Select(value => value.Validation).OfType<EvaluationReport>()];
        Assert.Equal(3, validations.Length);
        JsonElement[] validated = [.. lines.Where(line => line.GetProperty("phase").GetString() == "validation")];
        Assert.Equal(
            validations.Select(report => report.Metrics.Overall),
            validated.Select(line => line.GetProperty("overall").GetDouble())
        );
        Assert.All(validated, line => Assert.Equal(JsonValueKind.Null, line.GetProperty("many").ValueKind)); // an empty group

        tuner.Fit(data).Dispose(); // starts over
        Assert.Equal(training.Length, Lines(file).Length);
    }

    [Fact]
    public void MetricsFile_KeepsTheLinesBeforeARunThatGoesOn()
    {
        string file = Path.Combine(_folder, "metrics.jsonl");
        File.WriteAllText(file, "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"st");
        using (var metrics = new MetricsFile(file))
        {
            metrics.Report(
                new TrainingProgress
                {
                    Phase = TrainingPhase.Training,
                    Step = 3,
                    Loss = double.NaN,
                }
            );
            metrics.Report(new TrainingProgress { Phase = TrainingPhase.Training, Step = 4 });
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            Assert.Equal(4, reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length); // on disk at once
        }

        JsonElement[] lines = Lines(file);
        Assert.Equal([1, 2, 3, 4], lines.Select(line => line.GetProperty("step").GetInt64()));
        Assert.Equal(JsonValueKind.Null, lines[2].GetProperty("loss").ValueKind);
    }

    [Fact]
    public void TensorBoard_RecordsAreWholeAndHoldTheScalars()
    {
        List<TrainingProgress> reported = [];
        ImageDataset data = TestWorld.Dataset(8, 4, 2);
        TestWorld.Builder().AddTensorBoard(Path.Combine(_folder, "board")).Build().Fit(data, data, new Collector(reported)).Dispose();

        Event[] events = [.. Directory.GetFiles(Path.Combine(_folder, "board")).SelectMany(Records).Select(Event.Parser.ParseFrom)];
        (long, string, float)[] scalars =
        [
            .. events
                .Where(one => one.Summary is not null)
                .SelectMany(one => one.Summary.Value.Select(value => (one.Step, value.Tag, value.SimpleValue))),
        ];
        foreach (TrainingProgress value in reported.Where(value => value.Phase == TrainingPhase.Training))
        {
            Assert.Contains((value.Step, "train/loss", (float)value.Loss), scalars);
            Assert.Contains((value.Step, "train/learning_rate", (float)value.LearningRate), scalars);
        }

        foreach (TrainingProgress value in reported.Where(value => value.Validation is not null))
            Assert.Contains((value.Step, "validation/mean", (float)value.Validation!.Metrics.MeanClass), scalars);
        Assert.DoesNotContain(scalars, scalar => scalar.Item2 == "validation/many");
    }

    [Fact]
    public void TensorBoard_DropsWhatAResumedRunDoesAgain()
    {
        var time = new SteppingTime();
        Record(
            new TrainingProgress
            {
                Phase = TrainingPhase.Training,
                Step = 1,
                Loss = 5,
            },
            new TrainingProgress
            {
                Phase = TrainingPhase.Training,
                Step = 2,
                Loss = 4,
            },
            new TrainingProgress
            {
                Phase = TrainingPhase.Training,
                Step = 3,
                Loss = 3,
            }
        );
        Record(
            new TrainingProgress
            {
                Phase = TrainingPhase.Training,
                Step = 2,
                Loss = 4,
            }
        );

        // TensorBoard reads files in the order of their names. A session that starts at a step replaces the values from that step on.
        List<(long Step, string Tag, float Value)> shown = [];
        foreach (Event one in Directory.GetFiles(_folder).Order(StringComparer.Ordinal).SelectMany(Records).Select(Event.Parser.ParseFrom))
        {
            if (one.SessionLog?.Status == SessionLog.Types.SessionStatus.Start)
                shown.RemoveAll(scalar => scalar.Step >= one.Step);
            shown.AddRange(one.Summary?.Value.Select(value => (one.Step, value.Tag, value.SimpleValue)) ?? []);
        }

        Assert.Equal([(1, "train/loss", 5f), (2, "train/loss", 4f)], shown.Where(scalar => scalar.Tag == "train/loss"));

        void Record(params TrainingProgress[] reports)
        {
            using var board = new TensorBoardFolder(_folder, time);
            foreach (TrainingProgress report in reports)
                board.Report(report);
        }
    }

    [Fact]
    public void ARecorderThatCannotWrite_IsDropped_AndTheRunGoesOn()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        int calls = 0;
        TestWorld
            .Builder()
            .AddMetricsFile(Path.Combine(file, "metrics.jsonl"))
            .AddRecorder(() => new Failing(() => calls++))
            .Build()
            .Fit(TestWorld.Dataset(8, 4, 2))
            .Dispose();
        Assert.Equal(1, calls);
    }

    public static TheoryData<string, Type> Failures =>
        new MatrixTheoryData<string, Type>(
            ["create", "null", "first", "second", "validation", "dispose"],
            [typeof(IOException), typeof(NullReferenceException), typeof(OperationCanceledException), typeof(OutOfMemoryException)]
        );

    [Theory]
    [MemberData(nameof(Failures))]
    public void ARecorderThatFailsAnywhere_IsDroppedWithAWarning_AndTheModelIsReturned(string where, Type failure)
    {
        List<string> log = [];
        List<TrainingProgress> reported = [];
        Exception Fail() => (Exception)Activator.CreateInstance(failure, "it broke")!;
        ImageDataset data = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel model = TestWorld
            .Builder()
            .UseLogger(new ListLogger(log))
            .AddRecorder(() =>
                where == "create" ? throw Fail()
                : where == "null" ? null!
                : new FailingAt(where, Fail)
            )
            .AddRecorder(() => new Collector(reported))
            .Build()
            .Fit(data, data);
        Assert.Equal("green", model.Predict(TestWorld.Png(1)).ClassName);
        string warning = Assert.Single(log, line => line.StartsWith("Warning: ", StringComparison.Ordinal));
        Assert.Contains("records no more of this run, which continues", warning);
        Assert.Contains(where is "create" or "null" ? "Recorder 1" : nameof(FailingAt), warning);
        Assert.Contains(where == "null" ? "returned null" : $"{failure.Name}: it broke", warning);
        Assert.Contains(reported, value => value.Validation is not null && value.Epoch == 3); // the others go on
    }

    [Fact]
    public void ADroppedRecorder_IsDisposed()
    {
        var recorder = new FailingAt("first", () => new IOException());
        TestWorld.Builder().AddRecorder(() => recorder).Build().Fit(TestWorld.Dataset(2, 2, 2)).Dispose();
        Assert.Equal(1, recorder.Disposals);
    }

    // Length, its masked CRC-32C, data, its masked CRC-32C: TensorFlow's record format.
    private static IEnumerable<byte[]> Records(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        for (int at = 0; at < bytes.Length; )
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            byte[] data = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            yield return data;
            at += 16 + length;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static JsonElement[] Lines(string file) =>
        [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    private sealed class Collector(List<TrainingProgress> into) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => into.Add(value);
    }

    private sealed class SteppingTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);

        public override DateTimeOffset GetUtcNow() => _now = _now.AddSeconds(1);
    }

    private sealed class FailingAt(string where, Func<Exception> fail) : IProgress<TrainingProgress>, IDisposable
    {
        private int _calls;

        public int Disposals { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (
                where
                == (
                    value.Validation is not null
                        ? "validation"
                        : ++_calls switch
                        {
                            1 => "first",
                            2 => "second",
                            _ => "",
                        }
                )
            )
                throw fail();
        }

        public void Dispose()
        {
            Disposals++;
            if (where == "dispose")
                throw fail();
        }
    }

    private sealed class Failing(Action called) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            called();
            throw new IOException("disk full");
        }
    }
}
