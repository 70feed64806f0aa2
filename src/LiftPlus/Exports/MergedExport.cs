using System.Globalization;
using System.Text.Json;
using LiftPlus.Classifiers;
using LiftPlus.Files;
using LiftPlus.Models;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Writes a fine-tuned model for other software: a plain backbone with everything that was trained folded into its weights, and the head beside
/// it. To go on with LiftPlus, <see cref="FineTunedModel.Save"/> is smaller and keeps the recipe.
/// </summary>
public static class MergedExport
{
    /// <summary>The head's file in the folder.</summary>
    public const string ClassifierFile = "classifier.safetensors";

    /// <summary>
    /// Writes the folder, whole or not at all: the backbone in float32 as <see cref="Backbone.Save"/> does, and <see cref="ClassifierFile"/> with the
    /// head's tensors (<c>weight</c> (C, D) and, where it has one, <c>bias</c> (C)). The latter's metadata hold <c>type</c>, the head's short name,
    /// which says what is done with them ("cosine": logit_scale · unit(x) · unit(w)); <c>logit_scale</c>; and <c>class_names</c>, a json array. Where
    /// classes are told apart by their texts ("text": logit_scale · unit(image embedding) · unit(w)), <c>weight</c> (C, E) holds the texts' embeddings.
    /// The model in memory stays as it is; the folded copy takes the backbone's memory once more.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">A folder that does not exist yet, or an empty one.</param>
    /// <param name="naming">Whose names and description.</param>
    /// <exception cref="LiftPlusException">
    /// A method cannot be folded (LoRA, SSF, AFT, BitFit and what unfreezes can; the message lists those that cannot), the naming cannot express the
    /// backbone, or the folder is not empty or cannot be written.
    /// </exception>
    public static void Save(FineTunedModel model, string folder, WeightNaming naming = WeightNaming.HuggingFace)
    {
        WholeFolder.RefuseContent(folder); // before the work
        if (naming == WeightNaming.Timm && !model.Recipe.Classifier.HasWeight)
            throw new LiftPlusException(
                "Under timm's names the projection into the joint space stays behind, and the text classifier needs it; choose another WeightNaming."
            );
        using Backbone plain = model.Backbone.Merge();
        WholeFolder.Create(folder, temporary =>
        {
            plain.Save(temporary, model.Backbone.Tokenizer, naming);
            WriteHead(model, Path.Combine(temporary, ClassifierFile));
        });
    }

    /// <summary>Writes the head and what has to be known to use it.</summary>
    internal static void WriteHead(FineTunedModel model, string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        var tensors = model.Classifier.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
        if (!model.Recipe.Classifier.HasWeight)
            tensors["weight"] = ClassTextEncoder.Encode(model.Backbone, ModelFactory.ClassTexts(model.Recipe, model.ClassNames));
        Safetensors.Write(
            file,
            tensors,
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                ["type"] = model.Recipe.Classifier.Type,
                ["logit_scale"] = model.Classifier.LogitScale.ToString(CultureInfo.InvariantCulture),
                ["class_names"] = JsonSerializer.Serialize(model.ClassNames),
            }
        );
    }
}
