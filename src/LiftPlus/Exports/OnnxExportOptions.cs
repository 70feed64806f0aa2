using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies the form of an ONNX file (<see cref="OnnxExport"/>).</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Gets the version of ONNX's operators. A newer one needs a newer runtime and gives the same numbers.</summary>
    /// <value>The default value is 18, which ONNX Runtime 1.14 and later read; 22 is the largest.</value>
    [Range(18, 22)]
    public int Opset { get; init; } = 18;

    /// <summary>
    /// Gets whether the file prepares the images itself, as the model's <see cref="ImageClassifier.Inference"/> says: the input is uint8
    /// (N, H, W, 3), R, G, B, of images of any one size, and the file resizes, crops and normalizes them.
    /// </summary>
    /// <value>
    /// The default value is false: the input is float32 (N, 3, R, R), cropped and normalized. With test-time ensembling it is (N, V, 3, R,
    /// R), the V crops of each image.
    /// </value>
    public bool Preprocessing { get; init; }

    /// <summary>Gets how the large weights are stored.</summary>
    /// <value>The default value is <see cref="OnnxWeights.Float32"/>.</value>
    public OnnxWeights Weights { get; init; }

    /// <summary>
    /// Gets whether the weights go to a second file beside the first, with its name and ".data", which a runtime maps into memory. The
    /// first may not exist before, because two files cannot be replaced in one step.
    /// </summary>
    /// <value>The default value is null: only if one file would exceed 2 GB, which the format does not allow.</value>
    public bool? ExternalData { get; init; }

    /// <summary>Gets the test that the file passes before it appears; for <see cref="OnnxExport.Save"/> only.</summary>
    /// <value>The default is null: the file is not tested.</value>
    public OnnxExportTest? Test { get; init; }
}
