using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Tokenization;

namespace LiftPlus.Models;

/// <summary>
/// Identifies the backbone that a model was trained on by everything that changes its numbers. Members without a constructor parameter are
/// null in files of earlier versions, and where the backbone does not have them.
/// </summary>
internal sealed record BackboneIdentity(string Name, string Sha256, Activation? Activation, PreprocessConfig Preprocess)
{
    private const string Prefix = "Backbone.";

    private static readonly JsonSerializerOptions s_json = new()
    {
        IgnoreReadOnlyProperties = true, // computed from the others
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Gets the identity of a backbone that is not read yet.</summary>
    public static BackboneIdentity NotRead { get; } = new("", "", null, new PreprocessConfig());

    /// <summary>Gets every setting of the image tower.</summary>
    public JsonObject? Image { get; init; }

    /// <summary>Gets every setting of the text tower.</summary>
    public JsonObject? Text { get; init; }

    /// <summary>Gets the number of entries of the joint space.</summary>
    public int? EmbedDimension { get; init; }

    /// <summary>Gets how image features are projected into the joint space.</summary>
    public ProjectionKind? ImageProjection { get; init; }

    /// <summary>Gets how text features are projected into the joint space.</summary>
    public ProjectionKind? TextProjection { get; init; }

    /// <summary>Gets whether the logits have a learned summand.</summary>
    public bool? HasLogitBias { get; init; }

    /// <summary>Gets the hash of the running statistics of batch normalizations, which <see cref="Sha256"/> does not cover.</summary>
    public string? StatisticsSha256 { get; init; }

    /// <summary>Gets the side in pixels of the images that the weights were made for, if the position embedding was resampled.</summary>
    public int? ResampledFrom { get; init; }

    /// <summary>Gets the hash of the position embedding before it was resampled, which <see cref="Sha256"/> does not cover.</summary>
    public string? PositionsSha256 { get; init; }

    /// <summary>Gets the hash of the tokens and merges of the text tower.</summary>
    public string? VocabularySha256 { get; init; }

    /// <summary>Gets what the descriptions say about preparing images besides <see cref="Preprocess"/>, as JSON by name.</summary>
    public ImmutableSortedDictionary<string, string>? ImageSettings { get; init; }

    /// <summary>Identifies a backbone that has nothing attached.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="sha256">The hash of its weights.</param>
    /// <exception cref="LiftPlusException">A setting of an architecture of the caller's cannot be written as JSON.</exception>
    public static BackboneIdentity From(Backbone backbone, string sha256) =>
        From(backbone.Config, sha256, backbone.Origin, backbone.Tokenizer) with
        {
            StatisticsSha256 = WeightsHash.OfStatistics(backbone),
        };

    /// <summary>Identifies the backbone in files, of which one tensor at a time is read.</summary>
    public static BackboneIdentity From(BackboneReader files) =>
        From(files.Config, WeightsHash.Compute(files), files.Origin, files.Tokenizer) with
        {
            StatisticsSha256 = WeightsHash.OfStatistics(files),
            PositionsSha256 = WeightsHash.OfPositions(files),
        };

    /// <summary>Identifies an architecture with all its settings.</summary>
    public static BackboneIdentity From(BackboneConfig config, string sha256) =>
        new(config.Name, sha256, config.Image.MlpActivation ?? config.Text?.Activation, config.Preprocess)
        {
            Image = Settings(config.Image),
            Text = config.Text is null ? null : Settings(config.Text),
            EmbedDimension = config.EmbedDimension,
            ImageProjection = config.ImageProjection,
            TextProjection = config.TextProjection,
            HasLogitBias = config.HasLogitBias,
        };

    private static BackboneIdentity From(BackboneConfig config, string sha256, BackboneOrigin? origin, TextTokenizer? tokenizer) =>
        From(config, sha256) with
        {
            ResampledFrom = origin?.ResampledFrom,
            PositionsSha256 = origin?.PositionsSha256,
            VocabularySha256 = tokenizer?.Sha256,
            ImageSettings = origin?.ImageSettings,
        };

    /// <summary>Returns a line with both values for everything that differs. What only one of the two knows is not compared.</summary>
    /// <param name="now">The present backbone.</param>
    /// <param name="place">Where this identity is saved, such as "in the checkpoint".</param>
    public IEnumerable<string> Differences(BackboneIdentity now, string place)
    {
        bool hasTowers = Image is not null && now.Image is not null; // which contain the activation
        return
        [
            .. Sha256 == now.Sha256 ? [] : (string[])[JsonLeaves.Line("Backbone", Describe(), place, now.Describe())],
            .. JsonLeaves.Differences(Values(hasTowers), now.Values(hasTowers), place),
        ];
    }

    /// <summary>Returns the names of what <paramref name="now"/> has and this identity, of an earlier version, does not record.</summary>
    public IEnumerable<string> Unknown(BackboneIdentity now) =>
        now.Values(hasTowers: true)
            .Keys.Except(Values(hasTowers: false).Keys)
            .Where(path => !path.StartsWith(Prefix + nameof(ImageSettings), StringComparison.Ordinal)); // a description may be left out

    private string Describe() => $"{Name} (SHA-256 {Sha256})";

    private Dictionary<string, string> Values(bool hasTowers)
    {
        JsonObject json = JsonSerializer.SerializeToNode(this, s_json)!.AsObject();
        json.Remove(nameof(Name));
        json.Remove(nameof(Sha256));
        json.Remove(nameof(ImageSettings));
        if (hasTowers)
            json.Remove(nameof(Activation));
        return JsonLeaves
            .Of(json)
            .Where(leaf => leaf.Value != "null")
            .Concat(
                (ImageSettings ?? ImmutableSortedDictionary<string, string>.Empty).Select(entry =>
                    KeyValuePair.Create($"{nameof(ImageSettings)}.{entry.Key}", entry.Value)
                )
            )
            .ToDictionary(leaf => Prefix + leaf.Key, leaf => leaf.Value);
    }

    private static JsonObject Settings(object config)
    {
        try
        {
            JsonObject settings = JsonSerializer.SerializeToNode(config, config.GetType(), s_json)!.AsObject();
            settings["Type"] = config.GetType().Name;
            return settings;
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or ArgumentException)
        {
            throw new LiftPlusException(
                $"{config.GetType().Name} cannot be saved: {e.Message} Put [JsonIgnore] on properties that do not change the outputs.",
                e
            );
        }
    }
}
