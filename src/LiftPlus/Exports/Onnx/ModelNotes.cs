using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Decisions;
using LiftPlus.Evaluation;
using LiftPlus.Inference;
using LiftPlus.Models;
using LiftPlus.Weights.Onnx;

namespace LiftPlus.Exports;

/// <summary>Collects the metadata of an ONNX file.</summary>
internal static class ModelNotes
{
    /// <summary>Describes a classifier, and where wanted the policy that can do without the model folder.</summary>
    public static Dictionary<string, string> Of(ImageClassifier model, ModelHead head, OnnxExportOptions options, bool hasPolicy)
    {
        Dictionary<string, string> notes = Of(model.Backbone, model.Inference, options);
        notes["class_names"] = JsonSerializer.Serialize(head.Classes.Names);
        notes["training_images"] = JsonSerializer.Serialize(head.Classes.Counts);
        if (hasPolicy && head.Policy is PredictionPolicy policy)
            notes[PolicyJson.NoteName] = PolicyJson.Write(policy, isInFolder: false);
        if (model is FineTunedModel trained)
        {
            notes["backbone_sha256"] = trained.BackboneSha256;
            notes["recipe"] = RecipeJson.Write(ReportRecipe.WithoutFolders(head.Recipe with { Inference = model.Inference }));
        }

        return notes;
    }

    /// <summary>Describes a backbone and how its images are prepared.</summary>
    public static Dictionary<string, string> Of(
        Backbone backbone,
        InferenceOptions inference,
        OnnxExportOptions options,
        Tower tower = Tower.Image
    )
    {
        Dictionary<string, string> notes = new()
        {
            ["library_version"] = RunEnvironment.Library,
            ["backbone"] = backbone.Config.Name,
            [OnnxNotes.Weights] = options.Weights.ToString(),
            ["preprocessing"] = Preprocessing(backbone.Config.Preprocess, inference, options),
        };
        if (tower == Tower.Image && BackboneJson.Write(backbone.Config) is string description)
            notes[OnnxNotes.Backbone] = description;
        return notes;
    }

    private static string Preprocessing(PreprocessConfig preprocess, InferenceOptions inference, OnnxExportOptions options)
    {
        TransformPipeline transform = InferenceLoader.Transform(preprocess, inference);
        var resize = (Data.Resize)transform.Transforms[0];
        return JsonSerializer.Serialize(
            new
            {
                in_graph = options.Preprocessing,
                resize_short_side = resize.ShortSide,
                squash = resize.Squash,
                filter = $"{PixelDescription.NameOf(resize.Filter)}, antialiased",
                crop = preprocess.ImageSize,
                views = transform.Views,
                scale = "1/255",
                mean = preprocess.Mean,
                std = preprocess.Std,
            }
        );
    }
}
