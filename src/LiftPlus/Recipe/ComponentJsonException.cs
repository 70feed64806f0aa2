using System.Text.Json;

namespace LiftPlus.Recipe;

/// <summary>
/// Represents an error inside a component of a recipe. The serializer fills in the component's own place in the document.
/// </summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">The error, whose path begins at the component.</param>
internal sealed class ComponentJsonException(string message, JsonException inner) : JsonException(message, inner)
{
    /// <summary>Returns the path of an error from the root of the document.</summary>
    public static string FullPath(JsonException error) =>
        error is ComponentJsonException { InnerException: JsonException inner }
            ? $"{error.Path}{FullPath(inner).TrimStart('$')}"
            : error.Path ?? "$";
}
