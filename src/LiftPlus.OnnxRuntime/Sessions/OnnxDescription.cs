using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.Decisions;
using LiftPlus.Messages;
using Microsoft.ML.OnnxRuntime;

namespace LiftPlus.Sessions;

/// <summary>Represents what the metadata of an ONNX file say about its classes and how its images are prepared.</summary>
internal sealed class OnnxDescription
{
    private const int LargestSide = 1 << 14;

    private OnnxDescription() { }

    public required ImmutableArray<string> ClassNames { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public required string Backbone { get; init; }

    /// <summary>Gets whether the file itself crops and normalizes the images.</summary>
    public required bool IsPreparedInGraph { get; init; }

    /// <summary>Gets the length of an image's short side after resizing.</summary>
    public required int ShortSide { get; init; }

    /// <summary>Gets how images become squares.</summary>
    public required ImageResizing Resizing { get; init; }

    public required TransformPipeline Transform { get; init; }

    public required PixelNormalizer Normalizer { get; init; }

    /// <summary>Gets the decisions on top of the scores; null for none.</summary>
    public required PredictionPolicy? Policy { get; init; }

    public int Views => Transform.Views;

    /// <exception cref="LiftPlusException">Something is missing, or does not fit the file's inputs and outputs.</exception>
    public static OnnxDescription Read(string path, OnnxSession session)
    {
        try
        {
            ImmutableArray<string> names = Names(session);
            using JsonDocument document = JsonDocument.Parse(Text(session, "preprocessing"));
            JsonElement preprocessing = document.RootElement;
            int shortSide = Number(preprocessing, "resize_short_side", 1, LargestSide),
                crop = Number(preprocessing, "crop", 1, shortSide),
                views = Number(preprocessing, "views", 1, 10);
            ImageResizing resizing = ResizingOf(preprocessing);
            bool isPrepared = preprocessing.GetProperty("in_graph").GetBoolean();
            OnnxDescription description = new()
            {
                ClassNames = names,
                Metadata = new Dictionary<string, string>(session.Metadata),
                Backbone = session.Metadata.GetValueOrDefault("backbone", "unknown"),
                IsPreparedInGraph = isPrepared,
                ShortSide = shortSide,
                Resizing = resizing,
                Transform = views switch
                {
                    1 => TransformPipeline.Evaluation(crop, shortSide - crop, resizing),
                    5 => TransformPipeline.TestTimeEnsemble(crop, shortSide - crop, mirror: false, resizing),
                    10 => TransformPipeline.TestTimeEnsemble(crop, shortSide - crop, mirror: true, resizing),
                    _ => throw new LiftPlusException($"'views' is {views}; it must be 1, 5 or 10"),
                },
                Normalizer = new PixelNormalizer(Channels(preprocessing, "mean"), Channels(preprocessing, "std")),
                Policy = session.Metadata.TryGetValue(PolicyJson.NoteName, out string? policy)
                    ? PolicyJson.Read(Encoding.UTF8.GetBytes(policy), $"its metadata '{PolicyJson.NoteName}'", names)
                    : null,
            };
            CheckInput(session, description, crop);
            CheckOutputs(session, names.Length);
            return description;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Wrong(path, $"its metadata cannot be read: {e.Message}", e);
        }
        catch (LiftPlusException e)
        {
            throw Wrong(path, e.Message.TrimEnd('.'), e);
        }
    }

    // Files of earlier versions do not say whether images are squashed: they never are.
    private static ImageResizing ResizingOf(JsonElement preprocessing)
    {
        bool squash = preprocessing.TryGetProperty("squash", out JsonElement value) && value.GetBoolean();
        string? filter = preprocessing.TryGetProperty("filter", out JsonElement name) ? name.GetString() : null;
        return filter switch
        {
            null or "bicubic, antialiased" => new ImageResizing(squash, ResizeFilter.Bicubic),
            "bilinear, antialiased" => new ImageResizing(squash, ResizeFilter.Bilinear),
            _ => throw new LiftPlusException(
                $"'filter' is '{MessageText.Shorten(filter)}'; it must be 'bicubic, antialiased' or 'bilinear, antialiased'"
            ),
        };
    }

    private static ImmutableArray<string> Names(OnnxSession session)
    {
        string[] names = JsonSerializer.Deserialize(Text(session, "class_names"), ClassNamesJson.Default.StringArray) ?? [];
        return names.Length > 0 && names.All(name => name is not null)
            ? [.. names]
            : throw new LiftPlusException("'class_names' has no names");
    }

    private static void CheckInput(OnnxSession session, OnnxDescription description, int crop)
    {
        int[] expected =
            description.IsPreparedInGraph ? [-1, -1, -1, 3]
            : description.Views == 1 ? [-1, 3, crop, crop]
            : [-1, description.Views, 3, crop, crop];
        Type type = description.IsPreparedInGraph ? typeof(byte) : typeof(float);
        if (session.Inputs.Count != 1 || !session.Inputs.TryGetValue(OnnxSession.Images, out NodeMetadata? input))
            throw new LiftPlusException($"its inputs are {string.Join(", ", session.Inputs.Keys)}; there must be one, 'images'");
        if (input.ElementType != type || !input.Dimensions.SequenceEqual(expected))
        {
            throw new LiftPlusException(
                $"its input 'images' takes {input.ElementType?.Name} ({string.Join(", ", input.Dimensions)}), "
                    + $"but its metadata describe {type.Name} ({string.Join(", ", expected)})"
            );
        }
    }

    private static void CheckOutputs(OnnxSession session, int classes)
    {
        foreach (string name in (string[])[OnnxSession.Logits, OnnxSession.Probabilities, OnnxSession.Features])
        {
            if (!session.Outputs.TryGetValue(name, out NodeMetadata? output) || output.ElementType != typeof(float))
                throw new LiftPlusException($"it has no output '{name}' of float32");
            if (name != OnnxSession.Features && output.Dimensions is not [_, var width])
                throw new LiftPlusException($"its output '{name}' has {output.Dimensions.Length} axes; there must be 2");
            if (name != OnnxSession.Features && output.Dimensions[1] != classes)
                throw new LiftPlusException($"its output '{name}' has {output.Dimensions[1]} classes, and its metadata name {classes}");
        }
    }

    private static string Text(OnnxSession session, string key) =>
        session.Metadata.TryGetValue(key, out string? text) ? text : throw new LiftPlusException($"its metadata have no '{key}'");

    private static int Number(JsonElement parent, string name, int least, int most) =>
        parent.GetProperty(name).GetInt32() is int number && number >= least && number <= most
            ? number
            : throw new LiftPlusException($"'{name}' is {parent.GetProperty(name).GetRawText()}; it must be {least} to {most}");

    private static float[] Channels(JsonElement parent, string name) =>
        [.. parent.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static LiftPlusException Wrong(string path, string problem, Exception inner) =>
        new($"{path}: {problem}. Give a file that OnnxExport.Save of LiftPlus wrote.", inner);
}
