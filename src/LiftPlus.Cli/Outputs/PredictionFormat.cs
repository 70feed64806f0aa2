namespace LiftPlus.Cli.Outputs;

/// <summary>Specifies the form of predictions.</summary>
internal enum PredictionFormat
{
    /// <summary>A table with a header line.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>One JSON object.</summary>
    Json,
}
