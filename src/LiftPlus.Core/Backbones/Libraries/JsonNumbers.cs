using System.Text.Json.Nodes;

namespace LiftPlus.Backbones.Libraries;

/// <summary>Creates arrays of numbers for descriptions.</summary>
internal static class JsonNumbers
{
    public static JsonArray From(IEnumerable<float> values) => [.. values.Select(value => JsonValue.Create(value))];

    public static JsonArray From(ResNetDepths depths) => [.. depths.ToList().Select(depth => JsonValue.Create(depth))];
}
