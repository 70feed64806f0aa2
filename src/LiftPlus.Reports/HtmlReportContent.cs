using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus.Reports;

/// <summary>Represents the contents of a report. The page has no sections for parts that are left out.</summary>
public sealed record HtmlReportContent
{
    /// <summary>Gets the title of the page.</summary>
    public required string Title { get; init; }

    /// <summary>Gets your own paragraphs, at the top of the page.</summary>
    public IReadOnlyList<string> Introduction { get; init; } = [];

    /// <summary>Gets your own tables, after the introduction.</summary>
    public IReadOnlyList<TitledTable> Tables { get; init; } = [];

    /// <summary>Gets charts of values with intervals, before the tables.</summary>
    internal IReadOnlyList<TitledIntervals> Intervals { get; init; } = [];

    /// <summary>Gets the evaluation of a model.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>Gets the test images of <see cref="Evaluation"/>, for thumbnails of mistakes; null for no thumbnails.</summary>
    public ImageDataset? Test { get; init; }

    /// <summary>
    /// Gets the model of <see cref="Evaluation"/>, to draw over the thumbnails where it looked and to name the training images most like
    /// them; null for plain thumbnails. Each thumbnail is then there twice, and counts twice.
    /// </summary>
    public FineTunedModel? Model { get; init; }

    /// <summary>Gets the decoder for the thumbnails; null for <see cref="SkiaImageDecoder"/>.</summary>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>Gets what the decisions on top of the scores promise and do (<see cref="FineTunedModel.EvaluatePolicy"/>).</summary>
    public PolicyReport? Policy { get; init; }

    /// <summary>Gets what is wrong with labels and images, with thumbnails (<see cref="ImageClassifier.AuditLabels"/>).</summary>
    public LabelAudit? Audit { get; init; }

    /// <summary>Gets the training histories of one or more models.</summary>
    public IReadOnlyList<TitledTraining> Trainings { get; init; } = [];

    /// <summary>Gets the comparisons of methods.</summary>
    public IReadOnlyList<TitledComparison> Comparisons { get; init; } = [];

    /// <summary>Gets the feature diagnostics of one or more models on the same images.</summary>
    public IReadOnlyList<TitledDiagnostic> Diagnostics { get; init; } = [];

    /// <summary>Gets the maximum number of thumbnails on the page.</summary>
    /// <value>The default value is 40.</value>
    [Range(0, 400)]
    public int MaxThumbnails { get; init; } = 40;

    /// <summary>Gets the maximum size in bytes of all thumbnails together. In the page, base64 makes them a third larger.</summary>
    /// <value>The default value is 500,000.</value>
    [Range(0, 5_000_000)]
    public int MaxThumbnailBytes { get; init; } = 500_000;
}
