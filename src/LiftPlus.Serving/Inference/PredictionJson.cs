using System.Text.Json.Serialization;

namespace LiftPlus.Inference;

/// <summary>Reads and writes predictions without reflection.</summary>
[JsonSerializable(typeof(PredictionShape))]
internal sealed partial class PredictionJson : JsonSerializerContext;
