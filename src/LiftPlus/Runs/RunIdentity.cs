using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.Models;
using static TorchSharp.torch;

namespace LiftPlus.Runs;

/// <summary>
/// Identifies everything that the result of a run depends on: recipe, data, backbone, initial model, decoder and machine. A run is resumed
/// only if all of it is the same; the machine, which changes only the last bits, may differ unless the caller says otherwise.
/// </summary>
internal sealed record RunIdentity(JsonObject Recipe, BackboneIdentity Backbone, DataIdentity Train, DataIdentity? Validation)
{
    /// <summary>The usual place of an identity that others are compared with.</summary>
    public const string InCheckpoint = "in the checkpoint";

    /// <summary>Gets the linear products chosen when the run began; null in older files, whose runs used the matrix product.</summary>
    public LinearProducts? Products { get; init; }

    /// <summary>Gets the hash of the model that the run started from (<see cref="InitialValues.Sha256"/>); null without one.</summary>
    public string? Initial { get; init; }

    /// <summary>Gets the image decoder (<see cref="DecoderName"/>); null in older files.</summary>
    public string? Decoder { get; init; }

    /// <summary>Gets what changes only the last bits; null in older files.</summary>
    public RunMachine? Machine { get; init; }

    /// <summary>Gets where the backbone was; null in older files.</summary>
    public RunBackbone? Place { get; init; }

    /// <summary>Gets the number of classes that automatic sizes of methods follow from; null for that of the training set.</summary>
    [Range(1, int.MaxValue)]
    public int? SizedFor { get; init; }

    public static RunIdentity From(
        FineTuningRecipe recipe,
        BackboneIdentity backbone,
        ImageDataset train,
        ImageDataset? validation,
        IImageDecoder decoder,
        Device device
    ) =>
        new(Determining(recipe), backbone, DataIdentity.From(train), validation is null ? null : DataIdentity.From(validation))
        {
            Decoder = DecoderName.Of(decoder),
            Machine = RunMachine.Current(device, decoder),
        };

    /// <summary>
    /// Returns what differs in <paramref name="now"/>, one line each. A setting that an older checkpoint lacks has its default.
    /// </summary>
    /// <param name="now">The other identity.</param>
    /// <param name="place">Where this identity is.</param>
    public IEnumerable<string> Differences(RunIdentity now, string place = InCheckpoint) =>
        [
            .. JsonLeaves.AllDifferences(Leaves(WithDefaults(Recipe)), Leaves(now.Recipe), place),
            .. Backbone.Differences(now.Backbone, place),
            .. Initial == now.Initial ? [] : (string[])[JsonLeaves.Line("Initial model", Initial ?? "none", place, now.Initial ?? "none")],
            .. Decoder is null || Decoder == now.Decoder ? [] : (string[])[JsonLeaves.Line(nameof(Decoder), Decoder, place, now.Decoder!)],
            .. Train.Differences("Training set", now.Train, place),
            .. (Validation, now.Validation) switch
            {
                (null, null) => [],
                (null, _) => [$"Validation set: none {place}, there is one now"],
                (_, null) => [$"Validation set: there was one {place}, none now"],
                _ => Validation.Differences("Validation set", now.Validation, place),
            },
        ];

    /// <summary>Returns what differs in <paramref name="now"/> and changes only the last bits, one line each.</summary>
    public IEnumerable<string> MachineDifferences(RunIdentity now, string place = InCheckpoint) =>
        Machine is null || now.Machine is null ? [] : Machine.Differences(now.Machine, place);

    /// <summary>Returns the names of what an older checkpoint does not record, so that it cannot be compared.</summary>
    public IEnumerable<string> Unknown(RunIdentity now) =>
        [
            .. Backbone.Unknown(now.Backbone),
            .. Decoder is null ? (string[])[nameof(Decoder)] : [],
            .. Machine is null ? (string[])["threads, processor capability, device and versions"] : [],
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

    // Nor does the place of the vocabulary, whose hash is compared. Older checkpoints have it. The backbone says how images are resized.
    private static Dictionary<string, string> Leaves(JsonObject recipe)
    {
        Dictionary<string, string> leaves = JsonLeaves.Of(recipe);
        foreach (
            string name in (string[])
                [
                    nameof(BackboneLoadOptions.VocabularyFolder),
                    nameof(BackboneLoadOptions.SquashImages),
                    nameof(BackboneLoadOptions.ResizeFilter),
                ]
        )
            leaves.Remove($"{nameof(FineTuningRecipe.BackboneOptions)}.{name}");
        return leaves;
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
}
