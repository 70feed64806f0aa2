using System.Text.Json.Serialization;

namespace LiftPlus.Decisions;

/// <summary>Reads and writes policies without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = 8
)]
[JsonSerializable(typeof(PolicyFile))]
[JsonSerializable(typeof(TrainingImagesFile))]
internal sealed partial class PolicyJsonContext : JsonSerializerContext;
