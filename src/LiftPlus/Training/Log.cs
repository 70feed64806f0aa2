using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Messages;
using LiftPlus.Models;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Training;

/// <summary>Writes the log messages of training.</summary>
internal static partial class Log
{
    private const int ListedClasses = 10;

    [LoggerMessage(1, LogLevel.Information, "Fine-tuning on {Images} images of {Classes} classes, imbalance ratio {ImbalanceRatio:F1}")]
    public static partial void Started(ILogger logger, int images, int classes, double imbalanceRatio);

    [LoggerMessage(9, LogLevel.Warning, "{Count} images are left out because they cannot be read, among them {Image}: {Reason}")]
    public static partial void Skipped(ILogger logger, int count, string image, string reason);

    [LoggerMessage(30, LogLevel.Warning, "The dataset: {Remark}")]
    public static partial void Remark(ILogger logger, string remark);

    [LoggerMessage(42, LogLevel.Warning, "The training images have one class, '{Class}': the model cannot give another answer")]
    public static partial void OneClass(ILogger logger, string @class);

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "AdamW has a learning rate of {Rate}, which suits SGD; its steps are as long as the rate. 0.0001 to 0.001 is usual"
    )]
    public static partial void LargeRate(ILogger logger, double rate);

    [LoggerMessage(3, LogLevel.Information, "Initialising the classifier: {Kind}")]
    public static partial void Initializing(ILogger logger, ClassifierInitialization kind);

    /// <summary>Tells which classes an initial model knows.</summary>
    public static void Continues(ILogger logger, InitialValues initial, IReadOnlyList<string> classNames, ImmutableArray<int> labels)
    {
        string[] come = [.. classNames.Where((_, label) => labels[label] < 0)],
            gone = [.. initial.ClassNames.Where((_, label) => !labels.Contains(label))];
        Continues(logger, classNames.Count - come.Length, come.Length, List(come), gone.Length, List(gone));
    }

    [LoggerMessage(
        34,
        LogLevel.Information,
        "Starting from a fine-tuned model: {Known} classes keep their rows, {New} are new{NewNames}, {Dropped} are dropped{DroppedNames}"
    )]
    private static partial void Continues(ILogger logger, int known, int @new, string newNames, int dropped, string droppedNames);

    private static string List(string[] names) => names.Length == 0 ? "" : $" ({MessageText.FirstAndRest(names, ListedClasses)})";

    [LoggerMessage(
        4,
        LogLevel.Information,
        "Epoch {Epoch}/{Epochs}: loss {Loss:F4}, accuracy {Accuracy:P1}, lr {LearningRate:G4}, {ImagesPerSecond:F1} images/s"
    )]
    public static partial void EpochEnded(
        ILogger logger,
        int epoch,
        int epochs,
        double loss,
        double accuracy,
        double learningRate,
        double imagesPerSecond
    );

    [LoggerMessage(5, LogLevel.Information, "Validation after epoch {Epoch}: overall {Overall:F1} %, mean {Mean:F1} %")]
    public static partial void Validated(ILogger logger, int epoch, double overall, double mean);

    [LoggerMessage(6, LogLevel.Warning, "{Recorder} failed and records no more of this run, which continues: {Reason}")]
    public static partial void RecorderFailed(ILogger logger, string recorder, string reason);

    [LoggerMessage(23, LogLevel.Information, "Going on from {File}: epoch {Epoch}/{Epochs}, step {Step}")]
    public static partial void Resumed(ILogger logger, string file, int epoch, int epochs, long step);

    [LoggerMessage(25, LogLevel.Information, "Stopped after epoch {Epoch}: {Metric} has not passed {Value:F1} % for {Epochs} epochs")]
    public static partial void StoppedEarly(ILogger logger, int epoch, ValidationMetric metric, double value, int epochs);

    [LoggerMessage(
        33,
        LogLevel.Information,
        "Within {Limit} the run takes {Steps} steps in {Epochs} epochs ({Step:F2} s a step, {Validation:F1} s a validation)"
    )]
    public static partial void Planned(ILogger logger, TimeSpan limit, long steps, int epochs, double step, double validation);

    [LoggerMessage(32, LogLevel.Warning, "The time limit of {Limit} was over before training began; the classifier has its initial values")]
    public static partial void NoTime(ILogger logger, TimeSpan limit);

    [LoggerMessage(
        24,
        LogLevel.Information,
        "The model of epoch {Epoch} is returned, the best by validation ({Metric} {Value:F1} %); {Epochs} epochs were trained"
    )]
    public static partial void ReturnsBest(ILogger logger, ValidationMetric metric, int epoch, double value, int epochs);

    [LoggerMessage(
        26,
        LogLevel.Warning,
        "This processor has no bfloat16 instructions (AVX512-BF16): the precision BFloat16 halves memory here, but is slower than Float32"
    )]
    public static partial void SlowBFloat16(ILogger logger);

    [LoggerMessage(
        27,
        LogLevel.Information,
        "Features of {Images} images computed once: only the classifier is trained, on images that are not varied"
    )]
    public static partial void FeaturesComputed(ILogger logger, int images);

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "{Backbone} has a text encoder without its vocabulary: the classifier starts from class means and not from the class names"
    )]
    public static partial void NoVocabulary(ILogger logger, string backbone);

    [LoggerMessage(
        44,
        LogLevel.Information,
        "{Backbone} has no text encoder: LIFT+ starts its classifier from class means, and class names have no effect"
    )]
    public static partial void SeesImagesOnly(ILogger logger, string backbone);

    [LoggerMessage(
        45,
        LogLevel.Information,
        "{Backbone} projects images by two layers: LIFT+ starts its classifier from class means and not from the class names"
    )]
    public static partial void ProjectsByLayers(ILogger logger, string backbone);

    [LoggerMessage(29, LogLevel.Information, "Linear products, {Measured}: {Choice}")]
    public static partial void Products(ILogger logger, string measured, string choice);
}
