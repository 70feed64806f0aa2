namespace LiftPlus;

/// <summary>Represents what <see cref="OnnxExport"/> found out about a file that it wrote.</summary>
public sealed record OnnxExportResult
{
    /// <summary>The name of the model in <see cref="Comparison"/>.</summary>
    public const string Model = "the model";

    /// <summary>The name of the file in <see cref="Comparison"/>.</summary>
    public const string File = "the ONNX file";

    /// <summary>Gets the accuracy of the file and of the model, overall and by group; null without a test.</summary>
    public RunComparison? Comparison { get; init; }

    /// <summary>Gets what a user of the file should know; null if there is nothing.</summary>
    public string? Warning { get; init; }
}
