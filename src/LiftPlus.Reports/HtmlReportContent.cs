using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus.Reports;

/// <summary>What goes into a page; parts that are left out do not appear.</summary>
public sealed record HtmlReportContent
{
    /// <summary>The page's title.</summary>
    public required string Title { get; init; }

    /// <summary>Paragraphs of your own, before everything else.</summary>
    public IReadOnlyList<string> Introduction { get; init; } = [];

    /// <summary>Tables of your own, after the introduction.</summary>
    public IReadOnlyList<TitledTable> Tables { get; init; } = [];

    /// <summary>One model's evaluation.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>The images that <see cref="Evaluation"/> was made on, for thumbnails of mistakes; none without.</summary>
    public ImageDataset? Test { get; init; }

    /// <summary>Reads the images for thumbnails; SkiaSharp's by default.</summary>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>How the training went, of one or more models.</summary>
    public IReadOnlyList<TitledTraining> Trainings { get; init; } = [];

    /// <summary>Methods side by side.</summary>
    public IReadOnlyList<TitledComparison> Comparisons { get; init; } = [];

    /// <summary>Distances in feature space, of one or more models on the same images.</summary>
    public IReadOnlyList<TitledDiagnostic> Diagnostics { get; init; } = [];

    /// <summary>Most thumbnails on the page.</summary>
    /// <value>The default value is 40.</value>
    [Range(0, 400)]
    public int MostThumbnails { get; init; } = 40;

    /// <summary>Most bytes of all thumbnails together, before base64 makes four of three.</summary>
    /// <value>The default value is 500,000.</value>
    [Range(0, 5_000_000)]
    public int MostThumbnailBytes { get; init; } = 500_000;
}
