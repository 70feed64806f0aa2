using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Files;
using LiftPlus.Models;

namespace LiftPlus;

/// <summary>
/// Writes a model that was fine-tuned with LoRA for Hugging Face's peft library (<see cref="HuggingFacePeft"/>), so that Python programs
/// can load it. <see cref="ImportedModel.FromPeft"/> reads it again.
/// </summary>
public static class PeftExport
{
    /// <summary>
    /// Writes a folder that appears only when it is complete. A linear classifier on a vision transformer becomes that of
    /// <c>ViTForImageClassification</c>; any other classifier is written beside the adapter as <see cref="MergedExport.ClassifierFile"/>.
    /// </summary>
    /// <param name="model">The model. LoRA must be its only method.</param>
    /// <param name="folder">A folder that does not exist, or is empty.</param>
    /// <exception cref="LiftPlusException">
    /// peft cannot express something that was trained (the message lists everything), or the folder is not empty or cannot be written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public static void Save(FineTunedModel model, string folder)
    {
        using ModelUse use = model.Enter();
        use.Head.RequireOneRowEach("the classifier of this format");
        bool isTheirs = use.Head.Classifier is LinearClassifier && TransformersModel.From(model.Backbone.Config).HasClassifier;
        WholeFolder.Create(folder, temporary =>
        {
            HuggingFacePeft.Save(model.Backbone, temporary, isTheirs ? use.Head.Classifier : null, use.Head.Recipe.Backbone);
            if (!isTheirs)
                MergedExport.WriteClassifier(model.Backbone, use.Head, Path.Combine(temporary, MergedExport.ClassifierFile));
        });
    }
}
