using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus;

/// <summary>
/// Writes predictions as JSON, and reads them. An error becomes a code, <c>too-large</c> or <c>unreadable</c>, and a message. Folders are
/// left out, because they are those of the server; add a converter with <see cref="IncludeFolders"/> to the serializer's options to keep
/// them.
/// </summary>
public sealed class PredictionConverter : JsonConverter<Prediction>
{
    /// <summary>Gets whether paths have their folders.</summary>
    /// <value>The default value is false: a path is the name of its file.</value>
    public bool IncludeFolders { get; init; }

    /// <inheritdoc/>
    public override Prediction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Shape shape = JsonSerializer.Deserialize<Shape>(ref reader, options) ?? throw new JsonException("The prediction is null.");
        if (shape.Path is null)
            throw new JsonException("The prediction has no path.");
        return new Prediction(shape.Path, shape.Top.IsDefault ? [] : shape.Top)
        {
            Probabilities = shape.Probabilities ?? [],
            Features = shape.Features ?? [],
            Error = shape.Error is Fault error
                ? new ImageDecodeException(shape.Path, error.Message) { IsTooLarge = error.Code == Fault.TooLarge }
                : null,
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Prediction value, JsonSerializerOptions options)
    {
        string name = IncludeFolders ? value.Path : WithoutFolders(value.Path);
        var shape = new Shape(name, value.Top)
        {
            Probabilities = value.Probabilities.IsDefaultOrEmpty ? null : value.Probabilities,
            Features = value.Features.IsDefaultOrEmpty ? null : value.Features,
            Error = value.Error switch
            {
                null => null,
                ImageDecodeException e => new Fault(e.IsTooLarge ? Fault.TooLarge : Fault.Unreadable, Clean(e.Found)),
                LiftPlusException e => new Fault(Fault.Unreadable, Clean(e.Message)),
            },
        };
        JsonSerializer.Serialize(writer, shape, options);

        // A message of the system can name the file.
        string Clean(string message) => message.Replace(value.Path, name, StringComparison.Ordinal);
    }

    // A server may run on another system than its client.
    private static string WithoutFolders(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    private sealed record Shape(string Path, ImmutableArray<ClassScore> Top)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<float>? Probabilities { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<float>? Features { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Fault? Error { get; init; }
    }

    private sealed record Fault(string Code, string Message)
    {
        public const string TooLarge = "too-large",
            Unreadable = "unreadable";
    }
}
