namespace LiftPlus.Weights.Onnx;

/// <summary>Lists the metadata of an ONNX file that are needed to read its backbone.</summary>
internal static class OnnxNotes
{
    /// <summary>The sizes and the preprocessing of the backbone, as JSON.</summary>
    public const string Backbone = "backbone_config";

    /// <summary>The names of the adapters that are separate operators, as a JSON array.</summary>
    public const string Adapters = "adapters";

    /// <summary>How the weights are stored.</summary>
    public const string Weights = "weights";
}
