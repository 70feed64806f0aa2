using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Reads and writes LoRA in the format of Hugging Face's peft library, <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, for
/// backbones that transformers implements (as CLIPModel, CLIPVisionModel, ViTModel and so on). In peft, y += lora_alpha / r · B A x; here,
/// y += α / r · x A B: the same, with transposed matrices. DoRA (<c>use_dora</c>) and rsLoRA (<c>use_rslora</c>) are kept; on reading, the
/// latter becomes plain LoRA with the α that computes the same.
/// </summary>
public static partial class HuggingFacePeft
{
    /// <summary>The name of the file with the settings.</summary>
    public const string ConfigFile = "adapter_config.json";

    /// <summary>The name of the file with the tensors.</summary>
    public const string TensorFile = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.",
        A = ".lora_A.weight",
        B = ".lora_B.weight",
        M = ".lora_magnitude_vector",
        ClassifierPrefix = "classifier.";
    private const int Listed = 20;

    /// <summary>
    /// Writes the LoRA of a backbone to a folder. In Python, <c>PeftModel.from_pretrained(model, folder)</c> puts it on the model that
    /// transformers loads from the same weights: <c>CLIPVisionModel</c> or <c>CLIPModel</c> for CLIP, <c>ViTModel</c> for timm's vision
    /// transformers, or <c>ViTForImageClassification</c> with a classifier. The folder is written atomically.
    /// </summary>
    /// <param name="backbone">The backbone, in which only LoRA is trained.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <param name="classifier">A linear classifier to write as the model's own; null to leave it out.</param>
    /// <param name="baseModel">
    /// The backbone's id on the hub (followed by "@revision" if needed) or its folder, where <c>AutoPeftModel</c> finds it; null for the
    /// folder that it was loaded from.
    /// </param>
    /// <exception cref="LiftPlusException">
    /// peft cannot express a trained tensor or the classifier (the message lists all of them), or the folder is not empty or cannot be
    /// written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public static void Save(Backbone backbone, string folder, Classifier? classifier = null, string? baseModel = null)
    {
        using IDisposable use = backbone.Enter();
        WholeFolder.RefuseContent(folder);
        TransformersModel model = TransformersModel.From(backbone.Config);
        KeyValuePair<string, LoraPlace>[] adapted = [.. LoraPlaces.ByName(backbone, model).Where(entry => entry.Value.Adapter is not null)];
        Refuse("This model cannot be written for peft", Problems(backbone, model, classifier, adapted));

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        string inner = classifier is null ? Prefix : $"{Prefix}{model.Family}."; // the plain model is a part of a classification model
        Dictionary<string, Tensor> tensors = [];
        foreach ((string name, LoraPlace place) in adapted)
        {
            tensors.Add(inner + name + A, place.Adapter!.Down.t());
            tensors.Add(inner + name + B, place.Adapter.Up.t());
            if (place.Adapter.Magnitude is Parameter magnitude)
                tensors.Add(inner + name + M, magnitude);
        }

        foreach ((string name, Tensor parameter) in classifier?.named_parameters() ?? [])
            tensors.Add(Prefix + ClassifierPrefix + name, parameter);
        JsonObject config = Config(backbone, model, classifier, adapted, baseModel);
        WholeFolder.Create(folder, temporary =>
        {
            Safetensors.Write(Path.Combine(temporary, TensorFile), tensors, new Dictionary<string, string> { ["format"] = "pt" });
            WholeFile.WriteText(
                Path.Combine(temporary, ConfigFile),
                config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n"
            );
        });
    }

    private static IEnumerable<string> Problems(
        Backbone backbone,
        TransformersModel model,
        Classifier? classifier,
        KeyValuePair<string, LoraPlace>[] adapted
    )
    {
        string[] lora = [.. backbone.named_modules().Where(entry => entry.module is LoraAdapter).Select(entry => entry.name + ".")];
        string[] others =
        [
            .. backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad && !lora.Any(path => entry.name.StartsWith(path, StringComparison.Ordinal)))
                .Select(entry => entry.name),
        ];
        int decomposed = adapted.Count(entry => entry.Value.Adapter!.Magnitude is not null);
        if (adapted.Length == 0)
            yield return "the backbone has no LoRA modules";
        if (decomposed > 0 && decomposed < adapted.Length)
            yield return $"{decomposed} of {adapted.Length} LoRA modules are DoRA, and an adapter of peft has one kind";
        if (adapted.Length < lora.Length)
            yield return $"{lora.Length - adapted.Length} LoRA modules are on layers that {model.ClassName} does not have";
        if (others.Length > 0)
            yield return $"{others.Length} other tensors are trained: {MessageText.First(others, Listed)}";
        if (classifier is not null and not LinearClassifier)
            yield return $"the classifier is a {classifier.GetType().Name}, but transformers' is linear; "
                + "leave it out, and save it with MergedExport or FineTunedModel.Save";
        if (classifier is not null && !model.HasClassifier)
            yield return $"transformers has no classification model on the features of {backbone.Config.Name}; leave the classifier out";
    }

    private static JsonObject Config(
        Backbone backbone,
        TransformersModel model,
        Classifier? classifier,
        KeyValuePair<string, LoraPlace>[] adapted,
        string? baseModel
    )
    {
        (long rank, JsonObject ranks) = UsualAndOthers(adapted, adapter => adapter.Down.shape[1]);
        bool isRankStabilized = adapted.All(entry => entry.Value.Adapter!.IsRankStabilized);
        (double alpha, JsonObject alphas) = UsualAndOthers(adapted, adapter => isRankStabilized ? adapter.Alpha : adapter.PlainAlpha);
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
            ["r"] = rank,
            ["rank_pattern"] = ranks,
            ["lora_alpha"] = alpha,
            ["alpha_pattern"] = alphas,
            ["use_rslora"] = isRankStabilized,
            ["use_dora"] = adapted[0].Value.Adapter!.Magnitude is not null,
            ["lora_dropout"] = 0.0,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["init_lora_weights"] = true,
            ["inference_mode"] = true,
            ["target_modules"] = new JsonArray([.. adapted.Select(entry => JsonValue.Create(entry.Key))]),
            ["modules_to_save"] = classifier is null ? null : new JsonArray(ClassifierPrefix[..^1]),
        };
    }

    // The value of most modules, and the values of the others by their names.
    private static (T Usual, JsonObject Others) UsualAndOthers<T>(KeyValuePair<string, LoraPlace>[] adapted, Func<LoraAdapter, T> value)
        where T : notnull
    {
        T usual = adapted.CountBy(entry => value(entry.Value.Adapter!)).MaxBy(count => count.Value).Key;
        return (
            usual,
            new JsonObject(
                adapted
                    .Select(entry => KeyValuePair.Create(entry.Key, value(entry.Value.Adapter!)))
                    .Where(entry => !entry.Value.Equals(usual))
                    .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))
            )
        );
    }

    private static void Refuse(string what, IEnumerable<string> problems)
    {
        string[] listed = [.. problems];
        if (listed.Length > 0)
            throw new LiftPlusException($"{what}: {MessageText.First(listed, Listed, "; ")}.");
    }
}
