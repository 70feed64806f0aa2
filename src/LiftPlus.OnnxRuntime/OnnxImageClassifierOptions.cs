using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies how an ONNX file is served (<c>AddOnnxImageClassifier</c>).</summary>
public sealed record OnnxImageClassifierOptions : ClassifierServingOptions
{
    /// <summary>Gets or sets the file, as <c>OnnxExport.Save</c> writes it.</summary>
    [Required(ErrorMessage = "Give the ONNX file.")]
    public string Model { get; set; } = "";

    /// <summary>Gets or sets how ONNX Runtime computes the file.</summary>
    /// <value>The default is the processor, with one thread for each core.</value>
    public OnnxSessionOptions Session { get; set; } = new();
}
