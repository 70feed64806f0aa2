namespace LiftPlus.Cli.Commands;

/// <summary>Specifies what a model is exported as.</summary>
internal enum ExportFormat
{
    /// <summary>A plain backbone with the trained values folded in, and the classifier beside it.</summary>
    Merged,

    /// <summary>A LoRA adapter for Hugging Face's peft.</summary>
    Peft,

    /// <summary>The checkpoint of the authors' program.</summary>
    Reference,

    /// <summary>An ONNX file with everything inside.</summary>
    Onnx,
}
