using System.Text.Json;
using LiftPlus.Files;
using LiftPlus.Messages;

namespace LiftPlus.Weights;

/// <summary>Represents an object in a JSON file; errors name the file and the place.</summary>
internal sealed class JsonFile
{
    private const long MaxLength = 1 << 24;
    private const int LongestCause = 300; // it may quote the file
    private readonly JsonElement _element;
    private readonly string _place;

    private JsonFile(string path, JsonElement element, string place) => (Path, _element, _place) = (path, element, place);

    public string Path { get; }

    /// <summary>Gets the names and values in the object, including repeated names.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Entries =>
        _element.EnumerateObject().Select(property => (property.Name, property.Value));

    /// <exception cref="LiftPlusException">The file cannot be read or does not contain a JSON object.</exception>
    public static JsonFile Open(string path, long maxLength = MaxLength)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonText.Read(path, maxLength));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new LiftPlusException(
                    $"{path}: expected a JSON object, found {document.RootElement.ValueKind}. Fetch the file again."
                );
            return new JsonFile(path, document.RootElement.Clone(), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LiftPlusException(
                $"{path}: the file cannot be read ({MessageText.Shorten(e.Message.Split('\n')[0].TrimEnd(), LongestCause)}). "
                    + "Fetch it again or check its rights.",
                e
            );
        }
    }

    /// <summary>Opens a file if there is one.</summary>
    public static JsonFile? OpenIfThere(string path) => File.Exists(path) ? Open(path) : null;

    /// <summary>Gets an inner object; null if absent.</summary>
    public JsonFile? Section(string name) =>
        Get(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonFile(Path, value, Place(name))
        : throw Wrong(name, "an object", value);

    /// <summary>Gets a whole number from 1 to 2³¹ - 1; null if absent.</summary>
    public int? Size(string name) =>
        Get(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number > 0 ? number
        : throw Wrong(name, "a positive whole number", value);

    /// <summary>Gets a finite number; null if absent.</summary>
    public double? Number(string name) =>
        Get(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number
        : throw Wrong(name, "a number", value);

    /// <summary>Gets true or false; null if absent.</summary>
    public bool? Flag(string name) =>
        Get(name) is not JsonElement value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, "true or false", value);

    /// <summary>Gets a string; null if absent.</summary>
    public string? Text(string name) =>
        Get(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "a string", value);

    /// <summary>Gets a value of any kind as compact JSON; null if absent.</summary>
    public string? Json(string name) => Get(name) is JsonElement value ? JsonSerializer.Serialize(value) : null;

    /// <summary>Gets three finite numbers, one per channel, or one that stands for all three; null if absent.</summary>
    public float[]? Channels(string name)
    {
        if (Get(name) is not JsonElement value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float same) && float.IsFinite(same))
            return [same, same, same];
        if (
            value.ValueKind != JsonValueKind.Array
            || value.GetArrayLength() != 3
            || !value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
        )
            throw Wrong(name, "three numbers", value);
        float[] numbers = [.. value.EnumerateArray().Select(item => item.TryGetSingle(out float number) ? number : float.NaN)];
        return numbers.All(float.IsFinite) ? numbers : throw Wrong(name, "three finite numbers", value);
    }

    /// <summary>
    /// Gets the side of an image, written as a number, as its height or as its shortest edge; null if there is none of these.
    /// </summary>
    public int? Side(string name) =>
        Get(name) switch
        {
            { ValueKind: JsonValueKind.Object } size => new JsonFile(Path, size, Place(name)) is var inner
                ? inner.Side("height") ?? inner.Side("shortest_edge")
                : null,
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int side) && side > 0 => side,
            _ => null,
        };

    /// <summary>Gets a string or a number as it is written; null for anything else.</summary>
    public string? Scalar(string name) =>
        Get(name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };

    /// <summary>Gets the items of an array; null if absent.</summary>
    public IReadOnlyList<JsonElement>? Items(string name) =>
        Get(name) is not JsonElement value ? null
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
        : throw Wrong(name, "an array", value);

    /// <summary>Returns whether there is a value of this name that is not null.</summary>
    public bool Has(string name) => Get(name) is not null;

    /// <summary>Returns whether the value is an object that has a part of this name.</summary>
    public bool HasPart(string name, string part) =>
        Get(name) is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(part, out _);

    /// <summary>Returns whether the value is an array, as in sizes given per stage.</summary>
    public bool IsList(string name) => Get(name) is { ValueKind: JsonValueKind.Array };

    private JsonElement? Get(string name) =>
        _element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string Place(string name) => _place.Length == 0 ? name : $"{_place}.{name}";

    private LiftPlusException Wrong(string name, string expected, JsonElement found)
    {
        string text = found.GetRawText();
        return new LiftPlusException($"{Path}: '{Place(name)}' should be {expected}, found {MessageText.Shorten(text)}. Correct the file.");
    }
}
