using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Layers;

namespace LiftPlus.Checkpoints;

/// <summary>Everything that a run's result depends on: recipe, data and backbone. A run goes on only where all of it is the same.</summary>
internal sealed record RunIdentity(JsonObject Recipe, BackboneIdentity Backbone, DataIdentity Train, DataIdentity? Validation)
{
    /// <summary>Gets or sets the form of linear products that was chosen when the run began; null in files of before there was a choice.</summary>
    public ProductForms? Products { get; init; }

    public static RunIdentity Of(
        FineTuningRecipe recipe,
        Backbone backbone,
        string backboneSha256,
        ImageDataset train,
        ImageDataset? validation
    ) =>
        new(
            Determining(recipe),
            BackboneIdentity.Of(backbone, backboneSha256),
            DataIdentity.Of(train),
            validation is null ? null : DataIdentity.Of(validation)
        );

    /// <summary>What is another in <paramref name="now"/>, a line each.</summary>
    public IEnumerable<string> Differences(RunIdentity now) =>
        [
            .. Leaves(Recipe, Leaves(now.Recipe)),
            .. Backbone.Sha256 == now.Backbone.Sha256
                ? []
                : (string[])[$"Backbone: {Describe(Backbone)} in the checkpoint, {Describe(now.Backbone)} now"],
            .. Train.Differences("Training set", now.Train),
            .. (Validation, now.Validation) switch
            {
                (null, null) => [],
                (null, _) => ["Validation set: none in the checkpoint, there is one now"],
                (_, null) => ["Validation set: there was one in the checkpoint, none now"],
                _ => Validation.Differences("Validation set", now.Validation),
            },
        ];

    // Where the backbone lies and how many threads load do not matter: its hash is compared, and the loader's result is the same with any number.
    private static JsonObject Determining(FineTuningRecipe recipe)
    {
        JsonObject json = JsonNode.Parse(RecipeJson.Write(recipe with { Backbone = null }))!.AsObject();
        json.Remove(nameof(FineTuningRecipe.Backbone));
        json[nameof(FineTuningRecipe.Training)]!.AsObject().Remove(nameof(TrainingOptions.LoaderWorkers));
        return json;
    }

    private static IEnumerable<string> Leaves(JsonObject then, Dictionary<string, string> now)
    {
        Dictionary<string, string> before = Leaves(then);
        foreach (string path in before.Keys.Union(now.Keys))
        {
            (string? old, string? current) = (before.GetValueOrDefault(path), now.GetValueOrDefault(path));
            if (old != current)
                yield return $"{path}: {old ?? "nothing"} in the checkpoint, {current ?? "nothing"} now";
        }
    }

    private static Dictionary<string, string> Leaves(JsonObject json)
    {
        var leaves = new Dictionary<string, string>();
        Walk("", json);
        return leaves;

        void Walk(string path, JsonNode? node)
        {
            if (node is JsonObject branch)
            {
                foreach ((string name, JsonNode? value) in branch)
                    Walk(path.Length == 0 ? name : $"{path}.{name}", value);
            }
            else if (node is JsonArray list)
            {
                for (int i = 0; i < list.Count; i++)
                    Walk(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), list[i]);
            }
            else
            {
                leaves.Add(path, node?.ToJsonString() ?? "null");
            }
        }
    }

    private static string Describe(BackboneIdentity backbone) =>
        $"{backbone.Name} (SHA-256 {backbone.Sha256[..Math.Min(12, backbone.Sha256.Length)]}...)";
}

/// <summary>A dataset by its classes, its counts, and a hash over names and labels in their order. The images' contents are not read.</summary>
internal sealed record DataIdentity(ImmutableArray<string> Classes, ImmutableArray<int> Counts, string Sha256)
{
    private const int ListedClasses = 10;

    /// <summary>False for numbers that <see cref="Of"/> never gives.</summary>
    [JsonIgnore]
    public bool IsSound => !Classes.IsDefault && !Counts.IsDefault && Classes.Length == Counts.Length;

    public static DataIdentity Of(ImageDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int shared = SharedFolder(data);
        foreach (LabeledImage image in data.Images)
            hash.AppendData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{image.Label} {image.Name.AsSpan(shared)}\n"))
            );
        return new DataIdentity(data.Classes.Names, data.Classes.Counts, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public IEnumerable<string> Differences(string what, DataIdentity now)
    {
        if (!Classes.SequenceEqual(now.Classes))
        {
            string[] gone = [.. Classes.Except(now.Classes)],
                come = [.. now.Classes.Except(Classes)];
            yield return gone.Length + come.Length == 0
                ? $"{what}: the classes are in another order"
                : $"{what}: classes {List(gone)} in the checkpoint only, {List(come)} now only";
        }
        else if (!Counts.SequenceEqual(now.Counts))
        {
            yield return $"{what}: {Counts.Sum()} images in the checkpoint, {now.Counts.Sum()} now; classes with other counts: "
                + List(
                    Classes
                        .Select((name, label) => (name, label))
                        .Where(entry => Counts[entry.label] != now.Counts[entry.label])
                        .Select(entry => $"{entry.name} ({Counts[entry.label]}, now {now.Counts[entry.label]})")
                );
        }
        else if (Sha256 != now.Sha256)
        {
            yield return $"{what}: as many images of each class, but other files or another order";
        }
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0
            ? "none"
            : string.Join(", ", all.Take(ListedClasses)) + (all.Length > ListedClasses ? $" and {all.Length - ListedClasses} more" : "");
    }

    // The length of the folder that all images lie in: a dataset that has moved as a whole is the same.
    private static int SharedFolder(ImageDataset data)
    {
        ReadOnlySpan<char> first = data[0].Name;
        int shared = first.LastIndexOfAny('/', '\\') + 1;
        foreach (LabeledImage image in data.Images)
        {
            int common = first[..shared].CommonPrefixLength(image.Name);
            if (common < shared)
                shared = first[..common].LastIndexOfAny('/', '\\') + 1;
        }

        return shared;
    }
}
