using System.Globalization;
using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.Models;

namespace LiftPlus.Runs;

/// <summary>
/// Identifies everything that the result of a run depends on: recipe, data and backbone. A run is resumed only if all of it is the same.
/// </summary>
internal sealed record RunIdentity(JsonObject Recipe, BackboneIdentity Backbone, DataIdentity Train, DataIdentity? Validation)
{
    /// <summary>Gets the linear products chosen when the run began; null in older files, whose runs used the matrix product.</summary>
    public LinearProducts? Products { get; init; }

    public static RunIdentity From(
        FineTuningRecipe recipe,
        Backbone backbone,
        string backboneSha256,
        ImageDataset train,
        ImageDataset? validation
    ) =>
        new(
            Determining(recipe),
            BackboneIdentity.From(backbone, backboneSha256),
            DataIdentity.From(train),
            validation is null ? null : DataIdentity.From(validation)
        );

    /// <summary>
    /// Returns what differs in <paramref name="now"/>, one line each. A setting that an older checkpoint lacks has its default.
    /// </summary>
    public IEnumerable<string> Differences(RunIdentity now) =>
        [
            .. Leaves(WithDefaults(Recipe), Leaves(now.Recipe)),
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

    // The place of the backbone and the number of loader threads do not matter: the hash is compared,
    // and any number gives the same batches.
    private static JsonObject Determining(FineTuningRecipe recipe)
    {
        JsonObject json = JsonNode.Parse(RecipeJson.Write(recipe with { Backbone = null }))!.AsObject();
        json.Remove(nameof(FineTuningRecipe.Backbone));
        json[nameof(FineTuningRecipe.Training)]!.AsObject().Remove(nameof(TrainingOptions.LoaderWorkers));
        return json;
    }

    private static JsonObject WithDefaults(JsonObject recipe)
    {
        JsonObject complete = recipe.DeepClone().AsObject();
        Add(complete, Determining(new FineTuningRecipe()));
        return complete;

        static void Add(JsonObject to, JsonObject defaults)
        {
            foreach ((string name, JsonNode? value) in defaults)
            {
                if (!to.ContainsKey(name))
                    to[name] = value?.DeepClone();
                else if (to[name] is JsonObject part && value is JsonObject ofPart && !ofPart.ContainsKey(nameof(ComponentOptions.Type)))
                    Add(part, ofPart); // a component can have another type than the default
            }
        }
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
