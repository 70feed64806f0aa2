using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// LoRA as Hugging Face's peft library keeps it: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, for a backbone that
/// transformers has as CLIPModel, CLIPVisionModel, ViTModel or the like. Their y += B A x · lora_alpha / r is our y += x A B / r with lora_alpha
/// 1, the matrices transposed.
/// </summary>
public static partial class HuggingFacePeft
{
    /// <summary>The settings' file in the folder.</summary>
    public const string ConfigFile = "adapter_config.json";

    /// <summary>The tensors' file in the folder.</summary>
    public const string TensorFile = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.",
        A = ".lora_A.weight",
        B = ".lora_B.weight",
        HeadPrefix = "classifier.";
    private const int Listed = 20;

    /// <summary>
    /// Writes the LoRA of a backbone. In Python <c>PeftModel.from_pretrained(model, folder)</c> puts it on the model that transformers loads from the
    /// same weights: with <c>CLIPVisionModel</c> or <c>CLIPModel</c> for CLIP, <c>ViTModel</c> for timm's vision transformers, or with a head
    /// <c>ViTForImageClassification</c>. The folder appears only when it is complete.
    /// </summary>
    /// <param name="backbone">The backbone; nothing but LoRA may be trained in it.</param>
    /// <param name="folder">A folder that does not exist yet, or an empty one.</param>
    /// <param name="classifier">A linear head to write as the model's own classifier; null to leave it out.</param>
    /// <param name="baseModel">
    /// The backbone's id on the hub (with "@revision" where it matters) or its folder, for <c>AutoPeftModel</c> to find; the place it was read from by default.
    /// </param>
    /// <exception cref="LiftPlusException">
    /// peft cannot express something that is trained, or the head (the message lists all of it), or the folder is not empty or cannot be written.
    /// </exception>
    public static void Save(Backbone backbone, string folder, Classifier? classifier = null, string? baseModel = null)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)),
            temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new LiftPlusException($"{folder} exists and is not empty; choose a new folder, so that nothing of yours is replaced.");
        TransformersModel model = TransformersModel.Of(backbone.Config);
        KeyValuePair<string, LoraPlace>[] adapted = [.. LoraPlaces.ByName(backbone, model).Where(entry => entry.Value.Adapter is not null)];
        Refuse("This LoRA cannot be written for peft", Problems(backbone, model, classifier, adapted.Length));

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        string inner = classifier is null ? Prefix : $"{Prefix}{model.Family}."; // in a classification model, the plain model is a part
        Dictionary<string, Tensor> tensors = [];
        foreach ((string name, LoraPlace place) in adapted)
        {
            tensors.Add(inner + name + A, place.Adapter!.Down.t());
            tensors.Add(inner + name + B, place.Adapter.Up.t());
        }

        foreach ((string name, Tensor parameter) in classifier?.named_parameters() ?? [])
            tensors.Add(Prefix + HeadPrefix + name, parameter);
        try
        {
            Directory.CreateDirectory(temporary);
            Safetensors.Write(Path.Combine(temporary, TensorFile), tensors, new Dictionary<string, string> { ["format"] = "pt" });
            File.WriteAllText(
                Path.Combine(temporary, ConfigFile),
                Config(backbone, model, classifier, adapted, baseModel).ToJsonString(new JsonSerializerOptions { WriteIndented = true })
                    + "\n"
            );
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(temporary, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"{folder} cannot be written ({e.Message}). Check its parent folder, its rights and the free space.",
                e
            );
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static IEnumerable<string> Problems(Backbone backbone, TransformersModel model, Classifier? classifier, int adapted)
    {
        string[] lora = [.. backbone.named_modules().Where(entry => entry.module is LoraAdapter).Select(entry => entry.name + ".")];
        string[] others =
        [
            .. backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad && !lora.Any(path => entry.name.StartsWith(path, StringComparison.Ordinal)))
                .Select(entry => entry.name),
        ];
        if (adapted == 0)
            yield return "the backbone has no LoRA";
        if (adapted < lora.Length)
            yield return $"{lora.Length - adapted} LoRA modules are on layers that are no modules of {model.ClassName}";
        if (others.Length > 0)
            yield return $"{others.Length} other tensors are trained: {List(others)}";
        if (classifier is not null and not LinearClassifier)
            yield return $"the head is a {classifier.GetType().Name}, and transformers' is linear; leave it out and keep it with MergedExport or FineTunedModel.Save";
        if (classifier is not null && !model.HasClassifier)
            yield return $"transformers has no classification model that looks at {backbone.Config.Name}'s feature; leave the head out";
    }

    private static JsonObject Config(
        Backbone backbone,
        TransformersModel model,
        Classifier? classifier,
        KeyValuePair<string, LoraPlace>[] adapted,
        string? baseModel
    )
    {
        long Rank(LoraPlace place) => place.Adapter!.Down.shape[1];
        long usual = adapted.CountBy(entry => Rank(entry.Value)).MaxBy(rank => rank.Value).Key;
        bool isImageOnly = adapted.All(entry => entry.Value.Tower == Tower.Image);
        string className =
            classifier is not null ? "ViTForImageClassification"
            : model.ClassName == "CLIPModel" && isImageOnly ? "CLIPVisionModel"
            : model.ClassName;
        baseModel ??= backbone.WeightsPath is string weights ? Path.GetDirectoryName(weights) : null;
        string[]? place = Directory.Exists(baseModel) ? null : baseModel?.Split('@', 2);
        return new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = null,
            ["auto_mapping"] = new JsonObject
            {
                ["base_model_class"] = className,
                ["parent_library"] = $"transformers.models.{model.Family}.modeling_{model.Family}",
            },
            ["base_model_name_or_path"] = place is [string name, _] ? name : baseModel,
            ["revision"] = place is [_, string revision] ? revision : null,
            ["r"] = usual,
            ["rank_pattern"] = new JsonObject(
                adapted
                    .Where(entry => Rank(entry.Value) != usual)
                    .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Rank(entry.Value)))
            ),
            ["lora_alpha"] = 1,
            ["alpha_pattern"] = new JsonObject(),
            ["use_rslora"] = false,
            ["lora_dropout"] = 0.0,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["init_lora_weights"] = true,
            ["inference_mode"] = true,
            ["target_modules"] = new JsonArray([.. adapted.Select(entry => JsonValue.Create(entry.Key))]),
            ["modules_to_save"] = classifier is null ? null : new JsonArray(HeadPrefix[..^1]),
        };
    }

    private static void Refuse(string what, IEnumerable<string> problems)
    {
        string[] listed = [.. problems];
        if (listed.Length > 0)
            throw new LiftPlusException($"{what}: {string.Join("; ", listed.Take(Listed))}{(listed.Length > Listed ? "; ..." : "")}.");
    }

    private static string List(IReadOnlyCollection<string> items) =>
        string.Join(", ", items.Take(Listed)) + (items.Count > Listed ? ", ..." : "");
}
