using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Maps features (B, D) to logits (B, C). A classifier has one row of weights per class, unless it compares images with class texts.
/// Its parameters are float32 and always trained.
/// </summary>
public abstract class Classifier : nn.Module<Tensor, Tensor>
{
    /// <summary>Initialises the module.</summary>
    protected Classifier(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>
    /// Gets the class weights (C, D); null for a classifier without weights. A class that was merged of several has a row of each.
    /// </summary>
    public abstract Parameter? Weight { get; }

    /// <summary>Gets the factor that multiplies the logits: s for a cosine classifier, otherwise 1.</summary>
    public virtual double LogitScale => 1;

    /// <summary>Copies class directions (C, D) into the weights. Every initialisation goes through this method.</summary>
    /// <exception cref="LiftPlusException">The shapes differ, or the classifier has no weights.</exception>
    public void SetWeight(Tensor directions)
    {
        if (Weight is null)
        {
            throw new LiftPlusException(
                $"{GetName()} has no class weights to initialise; choose another classifier, or no initialisation."
            );
        }

        if (!directions.shape.SequenceEqual(Weight.shape))
        {
            throw new LiftPlusException(
                $"The initial class weights have shape ({string.Join(", ", directions.shape)}), but the classifier's have shape "
                    + $"({string.Join(", ", Weight.shape)}); give one row per class, as wide as the features."
            );
        }

        using IDisposable noGrad = no_grad();
        Weight.copy_(directions);
    }
}
