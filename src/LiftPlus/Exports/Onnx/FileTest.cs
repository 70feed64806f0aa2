using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Files;
using LiftPlus.Inference;
using LiftPlus.Metrics;

namespace LiftPlus.Exports;

/// <summary>Compares an ONNX file with the model before the file takes its place.</summary>
internal static class FileTest
{
    private const float SmallestProbability = 1e-38f;

    /// <summary>Writes a file beside its place, tests it and deletes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="test">The test.</param>
    /// <param name="path">The place.</param>
    /// <param name="write">Writes the file to a path.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">The loss is greater than the test allows, and the test refuses such a file.</exception>
    public static OnnxExportResult Run(
        ImageClassifier model,
        OnnxExportTest test,
        string path,
        Action<string> write,
        CancellationToken cancellationToken
    )
    {
        EvaluationReport ofModel = model.Evaluate(test.Images, test.Progress, cancellationToken),
            ofFile;
        using (Stray folder = Stray.New(Path.GetFullPath(path)))
        {
            Disk.Current.CreateFolder(folder.Path);
            string file = Path.Combine(folder.Path, Path.GetFileName(path));
            write(file);
            IImageClassifier classifier = test.Open(file);
            using (classifier as IDisposable)
                ofFile = Predictions.Wait(() => EvaluateAsync(classifier, test, model, cancellationToken));
        }

        RunComparison comparison = RunComparison.Create([
            new ComparedRun(OnnxExportResult.Model, 0, ofModel),
            new ComparedRun(OnnxExportResult.File, 0, ofFile),
        ]);
        string? warning = Warning(comparison, test);
        if (warning is not null && test.Refuse)
            throw new LiftPlusException($"{path} was not written: {warning}");
        return new OnnxExportResult { Comparison = comparison, Warning = warning };
    }

    private static string? Warning(RunComparison comparison, OnnxExportTest test)
    {
        MethodDifference? difference = Difference(ReportMeasure.Few) ?? Difference(ReportMeasure.Overall);
        if (difference is null || -difference.Points.Mean <= test.MaxLoss)
            return null;
        string where = difference.Measure == ReportMeasure.Few ? "few-shot classes" : "all classes";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the accuracy of {where} falls by {-difference.Points.Mean:F2} points on {test.Images.Count} test images, "
                + $"more than {test.MaxLoss:0.##}. Export with larger weights, or raise {nameof(OnnxExportTest.MaxLoss)}."
        );

        MethodDifference? Difference(ReportMeasure measure) =>
            comparison.Difference(OnnxExportResult.File, OnnxExportResult.Model, measure);
    }

    private static async Task<EvaluationReport> EvaluateAsync(
        IImageClassifier classifier,
        OnnxExportTest test,
        ImageClassifier model,
        CancellationToken cancellationToken
    )
    {
        var clock = Stopwatch.StartNew();
        ImmutableArray<int> labelOf = ClassNameMap.Match(test.Images.ClassNames, model.ClassNames);
        if (!classifier.ClassNames.SequenceEqual(model.ClassNames))
            throw new LiftPlusException(
                "The classifier that the test opened has other classes than the model. Open the file that was given."
            );
        var metrics = new ClassificationMetricsBuilder(model.Classes);
        List<UnreadableImage> skipped = [];
        var options = new PredictionOptions
        {
            Top = 1,
            Probabilities = true,
            KeepErrors = model.Inference.Unreadable == UnreadablePolicy.Skip,
        };
        int done = 0;
        await foreach (
            Prediction prediction in classifier
                .PredictEachAsync(test.Images.Select(image => image.Source), options, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            int index = done++;
            if (prediction.Error is LiftPlusException error)
                skipped.Add(new UnreadableImage(test.Images[index].Name, error.Message));
            else
                metrics.Add([labelOf[test.Images[index].Label]], LogitsOf(prediction.Probabilities, model.HasIndependentClasses), [index]);
            test.Progress?.Report(new EvaluationProgress(done, test.Images.Count));
        }

        return new EvaluationReport
        {
            Metrics = metrics.Build(),
            Classes = model.Classes,
            Outcomes = metrics.Outcomes,
            ImageNames = ImageNames.From(test.Images),
            Seconds = clock.Elapsed.TotalSeconds,
            SkippedImages = skipped,
        };
    }

    // Their softmax is the probabilities again, and likewise their sigmoid.
    private static float[] LogitsOf(ImmutableArray<float> probabilities, bool areIndependent) =>
        [.. probabilities.Select(value => Logarithm(value) - (areIndependent ? Logarithm(1 - value) : 0))];

    private static float Logarithm(float value) => MathF.Log(MathF.Max(value, SmallestProbability));
}
