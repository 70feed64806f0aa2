using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>Specifies how a sweep compares its candidates.</summary>
public sealed record SweepOptions
{
    /// <summary>Gets the figure by which candidates are compared, measured on the held-out images.</summary>
    /// <value>The default is null: the <see cref="TrainingOptions.Metric"/> of the fine-tuner's recipe.</value>
    public ReportMeasure? Metric { get; init; }

    /// <summary>
    /// Gets how often every candidate is trained, each time on other images and with another seed, which are the same for all candidates.
    /// More repeats find smaller differences.
    /// </summary>
    /// <value>The default value is 5.</value>
    [Range(2, 1000)]
    public int Repeats { get; init; } = 5;

    /// <summary>
    /// Gets which images a repeat holds out. With a minimum of one, every class with two images or more is evaluated in every repeat; a
    /// class with a single image never is.
    /// </summary>
    /// <value>The default is a share of 0.2, and at least one image per class: a larger share leaves less noise, and fewer images.</value>
    public ValidationOptions Validation { get; init; } = new() { Share = 0.2 };

    /// <summary>
    /// Gets what returns the group of an image, such as a patient or a burst of photographs. The images of a group are never divided.
    /// </summary>
    /// <value>The default is null: every image is independent.</value>
    public Func<LabeledImage, string>? Group { get; init; }

    /// <summary>Gets the seed of the first repeat's hold-out; later repeats count on from it.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>
    /// Gets the probability that all intervals together contain the true differences. A candidate wins only if its interval lies on the
    /// better side of zero, so candidates that are equal to the default win by chance in at most 1 - Confidence of all sweeps.
    /// </summary>
    /// <value>The default value is 0.95.</value>
    [Range(0.5, 0.9999)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>
    /// Gets the folder that keeps finished runs and checkpoints. A sweep that was stopped continues from there, finished runs are not
    /// repeated, and other processes with the same folder take runs of the same sweep. The folder may hold several sweeps.
    /// </summary>
    /// <value>The default is null: nothing is kept.</value>
    [NotBlank(ErrorMessage = "Give the path of a folder, or null to keep nothing.")]
    public string? Folder { get; init; }
}
