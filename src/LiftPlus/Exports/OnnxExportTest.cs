using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// Specifies the test that an ONNX file passes before it appears. Smaller weights change few answers on average, and more of them in rare
/// classes.
/// </summary>
public sealed record OnnxExportTest
{
    /// <summary>Creates a test.</summary>
    /// <param name="images">The labelled images; class names must be the model's, in any order.</param>
    /// <param name="open">
    /// Opens the file: <c>path => OnnxImageClassifier.Load(path)</c> with the package <c>LiftPlus.OnnxRuntime</c>. A disposable result is
    /// disposed.
    /// </param>
    public OnnxExportTest(ImageDataset images, Func<string, IImageClassifier> open) => (Images, Open) = (images, open);

    /// <summary>Gets the labelled images.</summary>
    public ImageDataset Images { get; }

    /// <summary>Gets what opens the file.</summary>
    public Func<string, IImageClassifier> Open { get; }

    /// <summary>
    /// Gets by how many percentage points the accuracy of few-shot classes may fall (of all classes, if no class is few-shot).
    /// </summary>
    /// <value>The default value is 1.</value>
    [Range(0, 100)]
    public double MaxLoss { get; init; } = 1;

    /// <summary>Gets whether a greater loss is an error, and no file appears; otherwise it is a warning in the result.</summary>
    /// <value>The default value is false.</value>
    public bool Refuse { get; init; }

    /// <summary>Gets what is told after every image.</summary>
    /// <value>The default is null.</value>
    public IProgress<EvaluationProgress>? Progress { get; init; }
}
