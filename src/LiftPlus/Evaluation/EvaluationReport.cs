using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>What an evaluation found: accuracy over all pictures, over classes and over the groups of the long tail.</summary>
public sealed record EvaluationReport
{
    /// <summary>The accuracies, in percent.</summary>
    public required ClassificationMetrics Metrics { get; init; }

    /// <summary>The model's classes with their training counts.</summary>
    public required ClassDistribution Classes { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Pictures that could not be read and do not count; empty unless <see cref="InferenceOptions.Unreadable"/> says to skip them.</summary>
    public IReadOnlyList<UnreadablePicture> SkippedPictures { get; init; } = [];

    /// <summary>The report as a Markdown table; an empty group reads n/a.</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    /// <summary>The report as JSON; an empty group is null.</summary>
    public string ToJson() => JsonReport.Write(this);

    /// <inheritdoc/>
    public override string ToString() => ToMarkdown();
}
