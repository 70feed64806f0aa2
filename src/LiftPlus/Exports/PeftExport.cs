using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Files;

namespace LiftPlus;

/// <summary>
/// Writes a model that was fine-tuned by LoRA for Hugging Face's peft library (<see cref="HuggingFacePeft"/>), so that Python programs can load it.
/// <see cref="ImportedModel.FromPeft"/> reads it again.
/// </summary>
public static class PeftExport
{
    /// <summary>
    /// Writes the folder, whole or not at all. A linear head on a vision transformer becomes the classifier of <c>ViTForImageClassification</c>; any other
    /// head lies beside the adapter in <see cref="MergedExport.ClassifierFile"/>, as <see cref="MergedExport"/> describes it.
    /// </summary>
    /// <param name="model">The model; LoRA is its only method.</param>
    /// <param name="folder">A folder that does not exist yet, or an empty one.</param>
    /// <exception cref="LiftPlusException">
    /// peft cannot express something that was trained (the message lists all of it), or the folder is not empty or cannot be written.
    /// </exception>
    public static void Save(FineTunedModel model, string folder)
    {
        bool isTheirs = model.Classifier is LinearClassifier && TransformersModel.From(model.Backbone.Config).HasClassifier;
        WholeFolder.Create(folder, temporary =>
        {
            HuggingFacePeft.Save(model.Backbone, temporary, isTheirs ? model.Classifier : null, model.Recipe.Backbone);
            if (!isTheirs)
                MergedExport.WriteHead(model, Path.Combine(temporary, MergedExport.ClassifierFile));
        });
    }
}
