using System.Text.Json.Serialization;

namespace LiftPlus;

/// <summary>Represents an image that could not be read.</summary>
/// <param name="Name">The image's file or name.</param>
/// <param name="Reason">What was found, and what to do.</param>
public sealed record UnreadableImage([property: JsonPropertyName("path")] string Name, string Reason);
