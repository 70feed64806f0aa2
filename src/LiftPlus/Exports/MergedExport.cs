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
/// Writes a fine-tuned model for other software: a plain backbone whose weights include everything that was trained, and the classifier
/// beside it. To continue with LiftPlus use <see cref="FineTunedModel.Save"/>, which writes a smaller folder and keeps the recipe.
/// </summary>
public static class MergedExport
{
    /// <summary>The name of the classifier's file in the folder.</summary>
    public const string ClassifierFile = "classifier.safetensors";

    /// <summary>
    /// Writes a folder with the backbone in float32, as <see cref="Backbone.Save"/> does, and <see cref="ClassifierFile"/> with the
    /// classifier's tensors: <c>weight</c> (C, D) and, if it has one, <c>bias</c> (C). The metadata hold <c>type</c>, the classifier's
    /// short name, which determines the formula ("cosine": logit_scale · unit(x) · unit(w)); <c>logit_scale</c>; and <c>class_names</c>,
    /// a JSON array. For the text classifier ("text": logit_scale · unit(image features) · unit(w)), <c>weight</c> (C, E) holds the
    /// features of the texts. The model in memory stays as it is; during the export the backbone takes its memory twice. The folder
    /// appears only when it is complete.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">A folder that does not exist, or is empty.</param>
    /// <param name="naming">The naming of tensors and description.</param>
    /// <exception cref="LiftPlusException">
    /// A method cannot be folded into the weights (LoRA, SSF, AFT, BitFit and unfreezing can; the message lists those that cannot), the
    /// naming cannot express the backbone, or the folder is not empty or cannot be written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public static void Save(FineTunedModel model, string folder, WeightNaming naming = WeightNaming.HuggingFace)
    {
        using ModelUse use = model.Enter();
        WholeFolder.RefuseContent(folder); // before the work
        use.Head.RequireOneRowEach(ClassifierFile);
        if (naming == WeightNaming.Timm && !use.Head.Recipe.Classifier.HasWeight)
            throw new LiftPlusException(
                "timm's naming leaves out the projection into the joint space, which the text classifier needs; "
                    + "choose another WeightNaming."
            );
        using Backbone plain = model.Backbone.Merge();
        WholeFolder.Create(folder, temporary =>
        {
            plain.Save(temporary, model.Backbone.Tokenizer, naming);
            WriteClassifier(model.Backbone, use.Head, Path.Combine(temporary, ClassifierFile));
        });
    }

    /// <summary>Writes the classifier and the metadata needed to use it.</summary>
    internal static void WriteClassifier(Backbone backbone, ModelHead head, string file)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        var tensors = head.Classifier.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
        if (!head.Recipe.Classifier.HasWeight)
            tensors["weight"] = ClassTextEncoder.Encode(
                backbone,
                ModelFactory.ClassTexts(head.Recipe, head.Classes.Names),
                classNames: head.Classes.Names
            );
        Safetensors.Write(
            file,
            tensors,
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                ["type"] = head.Recipe.Classifier.Type,
                ["logit_scale"] = head.Classifier.LogitScale.ToString(CultureInfo.InvariantCulture),
                ["class_names"] = JsonSerializer.Serialize(head.Classes.Names),
            }
        );
    }
}
