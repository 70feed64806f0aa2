using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiftPlus.Inference;

namespace LiftPlus;

/// <summary>
/// Writes predictions as JSON, and reads them. An error becomes a code, <c>too-large</c> or <c>unreadable</c>, and a message. Folders are
/// left out, because they are those of the server; add a converter with <see cref="IncludeFolders"/> to the serializer's options to keep
/// them.
/// </summary>
public sealed class PredictionConverter : JsonConverter<Prediction>
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, PredictionJson> s_json = [];

    /// <summary>Gets whether paths have their folders.</summary>
    /// <value>The default value is false: a path is the name of its file.</value>
    public bool IncludeFolders { get; init; }

    /// <inheritdoc/>
    public override Prediction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        PredictionShape shape = JsonSerializer.Deserialize(ref reader, Json(options).PredictionShape)
            ?? throw new JsonException("The prediction is null.");
        if (shape.Path is null)
            throw new JsonException("The prediction has no path.");
        return new Prediction(shape.Path, shape.Top.IsDefault ? [] : shape.Top)
        {
            Probabilities = shape.Probabilities ?? [],
            Features = shape.Features ?? [],
            Set = shape.Set is { IsDefault: false } set ? set : null,
            Unknown = shape.Unknown,
            Neighbors = shape.Neighbors is { IsDefault: false } neighbors ? neighbors : null,
            Error = shape.Error is PredictionFault error
                ? new ImageDecodeException(shape.Path, error.Message) { IsTooLarge = error.Code == PredictionFault.TooLarge }
                : null,
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Prediction value, JsonSerializerOptions options)
    {
        string name = Shown(value.Path);
        var shape = new PredictionShape(name, value.Top)
        {
            Probabilities = value.Probabilities.IsDefaultOrEmpty ? null : value.Probabilities,
            Features = value.Features.IsDefaultOrEmpty ? null : value.Features,
            Set = value.Set is { IsDefault: false } set ? set : null,
            Unknown = value.Unknown,
            Neighbors = value.Neighbors is { IsDefault: false } neighbors
                ? [.. neighbors.Select(one => one with { Path = Shown(one.Path) })]
                : null,
            Error = value.Error switch
            {
                null => null,
                ImageDecodeException e => new PredictionFault(
                    e.IsTooLarge ? PredictionFault.TooLarge : PredictionFault.Unreadable,
                    Clean(e.Found)
                ),
                LiftPlusException e => new PredictionFault(PredictionFault.Unreadable, Clean(e.Message)),
            },
        };
        JsonSerializer.Serialize(writer, shape, Json(options).PredictionShape);

        // A message of the system can name the file.
        string Clean(string message) => message.Replace(value.Path, name, StringComparison.Ordinal);
    }

    // The caller's options decide about names and numbers; the members are known without reflection.
    private static PredictionJson Json(JsonSerializerOptions options) =>
        s_json.GetValue(options, static given => new PredictionJson(new JsonSerializerOptions(given)));

    private string Shown(string path) => IncludeFolders ? path : WithoutFolders(path);

    // A server may run on another system than its client.
    private static string WithoutFolders(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
