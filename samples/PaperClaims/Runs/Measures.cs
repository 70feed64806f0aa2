using LiftPlus.Metrics;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>What is compared.</summary>
internal enum Measure
{
    /// <summary>Accuracy over all test pictures.</summary>
    Overall,

    /// <summary>Mean over classes.</summary>
    Mean,

    /// <summary>Mean over the many-shot classes.</summary>
    Many,

    /// <summary>Mean over the medium-shot classes.</summary>
    Medium,

    /// <summary>Mean over the few-shot classes.</summary>
    Few,
}

/// <summary>Measures of an evaluation.</summary>
internal static class Measures
{
    /// <summary>In percent; null where a group has no class.</summary>
    public static double? Of(ClassificationMetrics metrics, Measure measure) => measure switch
    {
        Measure.Overall => metrics.Overall,
        Measure.Mean => metrics.MeanClass,
        Measure.Many => metrics.Many,
        Measure.Medium => metrics.Medium,
        _ => metrics.Few,
    };
}
