using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Plans;

/// <summary>Represents a plan as it is written to plan.json.</summary>
internal sealed record PlanFile(
    string Format,
    int Version,
    string Root,
    string? Model,
    string? ModelSha256,
    int Top,
    bool Probabilities,
    FeatureKind Features,
    long MaxEncodedBytes,
    long MaxPixels,
    TimeSpan? TimeLimit,
    ImmutableArray<PlannedShard> Shards
)
{
    public const string TheFormat = "LiftPlus prediction job";
    public const int TheVersion = 1;

    /// <summary>Gets how job files are written and read.</summary>
    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            NewLine = "\n",
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            Converters = { new JsonStringEnumConverter() },
        };
}
